namespace GPT4RoI.Training.Scenes.Dialogue;

/// <summary>
/// The ways to ask. <c>{a}</c> and <c>{b}</c> stand for regions, <c>{all}</c> for a list of them, <c>{one}</c>, <c>{many}</c> and <c>{name}</c>
/// for a class with its article, in the plural and bare.
/// </summary>
internal static class ScenePhrases
{
    public static readonly string[] Name =
    [
        "What is {a}?", "What is in {a}?", "What do you see in {a}?", "Can you tell me what {a} is?", "Name the object in {a}.",
        "What does {a} show?", "Which object is in {a}?", "What is shown in {a}?", "Tell me what is in {a}.", "Identify {a}.", "What object is {a}?", "What's in {a}?",
    ];

    public static readonly string[] NameNext = ["And {a}?", "And what is {a}?", "What about {a}?", "How about {a}?", "And what is in {a}?", "What is {a}, then?"];

    public static readonly string[] NameAll =
    [
        "What are {all}?", "What do {all} show?", "Name the objects in {all}.", "What can you see in {all}?", "Tell me what {all} are.",
        "Please identify {all}.", "Which objects are in {all}?", "What is in {all}?",
    ];

    public static readonly string[] Caption =
    [
        "Describe {a}.", "Describe {a} briefly.", "Give a short description of {a}.", "Can you describe {a}?", "Write a caption for {a}.",
        "Describe the object in {a}.", "How would you describe {a}?", "Please give me a caption for {a}.",
    ];

    public static readonly string[] Place =
    [
        "Where is {a}?", "Where is {a} in the picture?", "In which part of the picture is {a}?", "Where in the image is {a}?",
        "Where can {a} be found?", "What is the position of {a} in the picture?", "Where is the object in {a}?",
    ];

    public static readonly string[] PlaceAll =
    [
        "Where are {all}?", "Where in the picture are {all}?", "Say where each of {all} is.", "In which parts of the picture are {all}?",
        "Tell me the places of {all}.", "Where do you see {all}?", "Which parts of the image are {all} in?",
    ];

    public static readonly string[] Side =
    [
        "Is {a} to the left or to the right of {b}?", "Is {a} left or right of {b}?", "On which side of {b} is {a}, left or right?",
        "Seen from {b}, is {a} to the left or to the right?", "Is {a} on the left or on the right of {b}?",
        "Left or right: where is {a} relative to {b}?", "Which side of {b} is {a} on, left or right?",
    ];

    public static readonly string[] Height =
    [
        "Is {a} above or below {b}?", "Above or below: where is {a} relative to {b}?", "Is {a} placed above or below {b}?",
        "Seen from {b}, is {a} above or below?", "Does {a} lie above or below {b}?", "Compared to {b}, is {a} above or below?", "Where is {a}, above or below {b}?",
    ];

    public static readonly string[] Bigger =
    [
        "Which is bigger, {a} or {b}?", "Which one is larger, {a} or {b}?", "Is {a} or {b} the bigger one?", "Which of {a} and {b} is bigger?",
        "Of {a} and {b}, which is the larger one?", "Which takes up more space, {a} or {b}?", "Between {a} and {b}, which is bigger?",
    ];

    public static readonly string[] Smaller =
    [
        "Which is smaller, {a} or {b}?", "Which one is smaller, {a} or {b}?", "Is {a} or {b} the smaller one?", "Which of {a} and {b} is smaller?",
        "Of {a} and {b}, which is the smaller one?", "Which takes up less space, {a} or {b}?", "Between {a} and {b}, which is smaller?",
    ];

    /// <summary>Here <c>{name}</c> stands for the relation, such as "to the left of".</summary>
    public static readonly string[] Relation =
    [
        "Is {a} {name} {b}?", "Is it true that {a} is {name} {b}?", "Would you say that {a} is {name} {b}?", "Do you see {a} {name} {b}?",
        "Tell me, is {a} {name} {b}?", "Can one say that {a} is {name} {b}?", "I think {a} is {name} {b}. Is that right?",
    ];

    public static readonly string[] Overlap =
    [
        "Do {a} and {b} overlap?", "Does {a} overlap {b}?", "Is there an overlap between {a} and {b}?", "Are {a} and {b} overlapping?",
        "Does one of {a} and {b} cover a part of the other?", "Do the objects in {a} and {b} overlap?",
    ];

    public static readonly string[] Relate =
    [
        "How do {a} and {b} relate?", "How does {a} relate to {b}?", "Describe how {a} and {b} relate to each other.", "Compare {a} with {b}.",
        "What is the relation between {a} and {b}?", "How is {a} placed in relation to {b}?", "What can you say about {a} and {b}?",
    ];

    /// <summary>Here <c>{name}</c> stands for the order, such as "from left to right".</summary>
    public static readonly string[] Order =
    [
        "Put {all} in order {name}.", "List {all} {name}.", "Sort {all} {name}.", "What is the order of {all} {name}?",
        "Name {all} in order {name}.", "In which order are {all}, {name}?", "Go through {all} {name}.",
    ];

    public static readonly string[] Same =
    [
        "Do {a} and {b} show the same thing?", "Are {a} and {b} the same kind of object?", "Is the same kind of thing in {a} and {b}?",
        "Do you see the same kind of object in {a} and {b}?", "Are {a} and {b} of the same kind?", "Do {a} and {b} show the same kind of thing?",
    ];

    public static readonly string[] WhichOf =
    [
        "Which of {all} is {one}?", "Which one is {one}: {any}?", "Which of {all} shows {one}?", "In which of {all} do you see {one}?",
        "{one} is in one of {all}. Which?", "Which region shows {one}, {any}?", "Among {all}, which is {one}?", "Find the {name} among {all}.",
    ];

    public static readonly string[] CountAll =
    [
        "How many objects are in the picture?", "How many objects are there?", "How many things can you see?", "Count the objects in the image.",
        "How many objects do you see in total?", "What is the number of objects in this picture?", "How many things are in this image?",
    ];

    public static readonly string[] CountClass =
    [
        "How many {many} are there?", "How many {many} are in the picture?", "How many {many} can you see?", "Count the {many} in the image.",
        "How many {many} do you see?", "What is the number of {many} in this picture?", "How many {many} does the picture show?",
    ];

    public static readonly string[] CountRegions =
    [
        "How many of {all} are {many}?", "How many of {all} show {one}?", "Of {all}, how many are {many}?", "In how many of {all} is there {one}?",
        "Among {all}, how many are {many}?", "Count the {many} among {all}.", "Looking at {all}, how many of them are {many}?",
    ];

    public static readonly string[] Confirm =
    [
        "Is {a} {one}?", "Is that {one} in {a}?", "Does {a} show {one}?", "Is the object in {a} {one}?", "Is there {one} in {a}?",
        "I think {a} is {one}. Is that right?", "Would you say that {a} is {one}?", "Do you see {one} in {a}?",
    ];

    public static readonly string[] IsThere =
    [
        "Is there {one} in the picture?", "Can you see {one}?", "Does the picture show {one}?", "Is {one} in this image?", "Do you see {one} anywhere?",
        "Is there any {name} in the image?", "Does this picture contain {one}?",
    ];

    public static readonly string[] Describe =
    [
        "What is in the picture?", "What does the picture show?", "Describe the picture.", "What can you see in this image?",
        "List the objects in the picture.", "What objects are in this image?", "Tell me what is in the image.", "Please describe the whole image.",
    ];
}
