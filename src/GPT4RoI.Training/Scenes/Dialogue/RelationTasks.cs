namespace GPT4RoI.Training.Scenes.Dialogue;

/// <summary>Questions about how regions lie and how large they are. Null where the answer is not beyond doubt.</summary>
internal static class RelationTasks
{
    public static SceneTurn? Side(SceneDialogue talk, int a, int b) => talk.Facts.IsLeft(a, b) is { } left
        ? Ask(talk, SceneTask.Side, ScenePhrases.Side, a, b, left ? "To the left." : "To the right.")
        : null;

    public static SceneTurn? Height(SceneDialogue talk, int a, int b) => talk.Facts.IsAbove(a, b) is { } above
        ? Ask(talk, SceneTask.Height, ScenePhrases.Height, a, b, above ? "Above." : "Below.")
        : null;

    public static SceneTurn? Bigger(SceneDialogue talk, int a, int b)
    {
        if (talk.Facts.IsBigger(a, b) is not { } bigger)
        {
            return null;
        }

        var askBigger = talk.Flip();
        var question = Fill(talk, askBigger ? ScenePhrases.Bigger : ScenePhrases.Smaller, a, b);
        return new SceneTurn(
            SceneTask.Bigger, question,
            $"{talk.Plain(a)} is {(bigger ? "bigger" : "smaller")} than {talk.Plain(b)}, so it is {talk.Plain(bigger == askBigger ? a : b)}.",
            $"{talk.Plain(a)} is {(bigger ? "bigger" : "smaller")} than {talk.Plain(b)}.");
    }

    public static SceneTurn? Relation(SceneDialogue talk, int a, int b)
    {
        var (fact, yes, no) = talk.Random.Next(3) switch
        {
            0 => (talk.Facts.IsLeft(a, b), "to the left of", "to the right of"),
            1 => (talk.Facts.IsAbove(a, b), "above", "below"),
            _ => (talk.Facts.IsBigger(a, b), "bigger than", "smaller than"),
        };
        if (fact is not { } first)
        {
            return null;
        }

        var asksFirst = talk.Flip();
        var question = Fill(talk, ScenePhrases.Relation, a, b).Replace("{name}", asksFirst ? yes : no);
        return new SceneTurn(SceneTask.Relation, question, $"{talk.Plain(a)} is {(first ? yes : no)} {talk.Plain(b)}, so {English.YesNo(asksFirst == first)}.",
            $"{talk.Plain(a)} is {(first ? yes : no)} {talk.Plain(b)}.");
    }

    public static SceneTurn? Overlap(SceneDialogue talk, int a, int b)
    {
        // Objects apart are more common: many of those pairs are left out, so that neither answer is the better guess.
        var overlap = talk.Facts.Overlap(a, b);
        return overlap is null || (overlap is false && talk.Random.Next(5) > 1)
            ? null
            : Ask(talk, SceneTask.Overlap, ScenePhrases.Overlap, a, b, overlap is true ? "Yes." : "No.");
    }

    public static SceneTurn? Relate(SceneDialogue talk, int a, int b)
    {
        string?[] all =
        [
            Word(talk.Facts.IsLeft(a, b), "to the left of", "to the right of"), Word(talk.Facts.IsAbove(a, b), "above", "below"),
            Word(talk.Facts.IsBigger(a, b), "bigger than", "smaller than"),
        ];
        var known = all.OfType<string>().ToArray();
        if (known.Length < 2)
        {
            return null;
        }

        var question = Fill(talk, ScenePhrases.Relate, a, b);
        var relations = English.List([$"{known[0]} {talk.Plain(b)}", .. known[1..].Select(word => word + " it")]);
        var overlap = Word(talk.Facts.Overlap(a, b), " They overlap.", " They do not overlap.");
        return new SceneTurn(SceneTask.Relate, question, $"{talk.Plain(a)} is {relations}.{overlap}");

        static string? Word(bool? fact, string yes, string no) => fact switch { true => yes, false => no, null => null };
    }

    public static SceneTurn? Order(SceneDialogue talk, int[] items)
    {
        (string Way, Func<int, int, bool?> Before)[] ways =
        [
            ("from left to right", talk.Facts.IsLeft), ("from right to left", (a, b) => talk.Facts.IsLeft(b, a)),
            ("from top to bottom", talk.Facts.IsAbove), ("from bottom to top", (a, b) => talk.Facts.IsAbove(b, a)),
            ("from the smallest to the biggest", (a, b) => talk.Facts.IsBigger(b, a)), ("from the biggest to the smallest", talk.Facts.IsBigger),
        ];
        var (way, before) = talk.Any(ways);
        if (items.Length < 2 || items.Any(one => items.Any(other => one != other && before(one, other) is null)))
        {
            return null;
        }

        var question = talk.Any(ScenePhrases.Order).Replace("{all}", NamingTasks.All(talk, items)).Replace("{name}", way);
        var sorted = items.OrderBy(item => items.Count(other => other != item && before(other, item) is true));
        return new SceneTurn(SceneTask.Order, question, $"{English.List([.. sorted.Select(talk.Plain)])}.");
    }

    private static SceneTurn Ask(SceneDialogue talk, SceneTask kind, string[] phrases, int a, int b, string answer) =>
        new(kind, Fill(talk, phrases, a, b), answer);

    private static string Fill(SceneDialogue talk, string[] phrases, int a, int b)
    {
        var phrase = talk.Any(phrases);
        var (first, second) = (talk.Mention(a), talk.Mention(b));
        return phrase.Replace("{a}", first).Replace("{b}", second);
    }
}
