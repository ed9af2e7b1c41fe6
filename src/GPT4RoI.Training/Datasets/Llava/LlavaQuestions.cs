namespace GPT4RoI.Training.Datasets.Llava;

/// <summary>Questions whether something is in the picture, and both answers. <c>{0}</c> is a class without article.</summary>
internal static class LlavaQuestions
{
    public static Questions Presence { get; } = new(
        "Is there any {0} in the image?",
        "Does the picture show {0}?",
        "Can {0} be seen here?",
        "Do you see any {0} in this picture?",
        "Would you say that the image contains {0}?",
        "Is {0} part of this scene?",
        "Can you find {0} in the photo?",
        "Is {0} anywhere in this image?");

    public static Questions Yes { get; } = new(
        "Yes, the image shows {0}.",
        "Yes, there is {0} in the picture.",
        "Yes, I can see {0}.",
        "Yes, {0} is in the image.",
        "Yes, {0} can be seen in the picture.");

    public static Questions No { get; } = new(
        "No, the image does not show {0}.",
        "No, there is no {0} in the picture.",
        "No, I cannot see any {0}.",
        "No, {0} is not in the image.",
        "No, nothing in the picture is {0}.");
}
