using GPT4RoI.Training.Scenes.Sprites;

namespace GPT4RoI.Training.Scenes.Dialogue;

/// <summary>Questions about what regions show. Null where the scene does not allow the question.</summary>
internal static class NamingTasks
{
    public const string NotSure = "I am not sure what that is.";

    /// <summary>The facts of a question to which what its regions are is the whole answer: those are told anyway.</summary>
    public const string TheNames = "";

    public static SceneTurn Name(SceneDialogue talk, int item)
    {
        var follows = talk.Turns.Count > 0 && talk.Turns[^1].Kind == SceneTask.Name;
        var phrase = talk.Any(follows && talk.Flip() ? ScenePhrases.NameNext : ScenePhrases.Name);
        return new SceneTurn(SceneTask.Name, phrase.Replace("{a}", talk.Mention(item)), English.Sentence(talk.Facts.Class(item).OneOf), TheNames);
    }

    public static SceneTurn? NameAll(SceneDialogue talk, int[] items) => items.Length < 2 ? null : new SceneTurn(
        SceneTask.NameAll, talk.Any(ScenePhrases.NameAll).Replace("{all}", All(talk, items)), $"{Names(talk, items)}.", TheNames);

    public static SceneTurn? Caption(SceneDialogue talk, int item) =>
        talk.Facts.Size(item) is { } size && talk.Facts.Place(item) is { } place
            ? new SceneTurn(
                SceneTask.Caption, talk.Any(ScenePhrases.Caption).Replace("{a}", talk.Mention(item)), $"A {size} {talk.Facts.Class(item).Name} {place}.")
            : null;

    public static SceneTurn? Place(SceneDialogue talk, int item) => talk.Facts.Place(item) is { } place
        ? new SceneTurn(SceneTask.Place, talk.Any(ScenePhrases.Place).Replace("{a}", talk.Mention(item)), English.Sentence(place))
        : null;

    public static SceneTurn? PlaceAll(SceneDialogue talk, int[] items)
    {
        var placed = items.Where(item => talk.Facts.Place(item) is not null).ToArray();
        return placed.Length < 2 ? null : new SceneTurn(
            SceneTask.PlaceAll, talk.Any(ScenePhrases.PlaceAll).Replace("{all}", All(talk, placed)), $"{Listed(talk, placed, item => talk.Facts.Place(item)!)}.");
    }

    public static SceneTurn? Confirm(SceneDialogue talk, int item)
    {
        var own = talk.Facts.Class(item);
        var premise = talk.Flip() ? own : Other(talk, own);
        return premise is null ? null : new SceneTurn(
            SceneTask.Confirm,
            talk.Any(ScenePhrases.Confirm).Replace("{a}", talk.Mention(item)).Replace("{one}", premise.OneOf),
            $"It is {own.OneOf}, so {English.YesNo(ReferenceEquals(premise, own))}.", TheNames);
    }

    public static SceneTurn? Same(SceneDialogue talk, int[] items)
    {
        if (items.Length < 2)
        {
            return null;
        }

        var (a, b) = (items[0], items[1]);
        var same = talk.Facts.IsSameClass(a, b);
        if (!same && !talk.Facts.Differ(a, b))
        {
            return null;
        }

        var question = talk.Any(ScenePhrases.Same).Replace("{a}", talk.Mention(a)).Replace("{b}", talk.Mention(b));
        return new SceneTurn(SceneTask.Same, question, $"{Names(talk, items[..2])}, so {English.YesNo(same)}.", TheNames);
    }

    public static SceneTurn? WhichOf(SceneDialogue talk, int[] items)
    {
        if (items.Length < 2 || items.Any(one => items.Any(other => one != other && !talk.Facts.Differ(one, other))))
        {
            return null;
        }

        var target = talk.Any(items);
        var kind = talk.Facts.Class(target);
        var exists = talk.Random.Next(6) > 0;
        if (!exists)
        {
            if (Absent(talk, [.. items.Select(talk.Facts.Class)]) is not { } absent)
            {
                return null;
            }

            kind = absent;
        }

        var question = talk.Any(ScenePhrases.WhichOf).Replace("{all}", All(talk, items)).Replace("{any}", All(talk, items, "or"))
            .Replace("{one}", kind.OneOf).Replace("{name}", kind.Name);
        return new SceneTurn(
            SceneTask.WhichOf, char.ToUpperInvariant(question[0]) + question[1..],
            $"{Names(talk, items)}, so {kind.OneOf} is in {(exists ? talk.Plain(target) : "none of them")}.", TheNames);
    }

    public static SceneTurn? Nothing(SceneDialogue talk) => EmptyBoxes.Find(talk.Scene, talk.Random) is { } box
        ? new SceneTurn(SceneTask.Nothing, talk.Any(ScenePhrases.Name).Replace("{a}", talk.MentionEmpty(box)), NotSure)
        : null;

    internal static string All(SceneDialogue talk, int[] items, string last = "and") => English.List([.. items.Select(talk.Mention)], last);

    /// <summary>A class that none of these might be taken for.</summary>
    internal static SpriteClass? Absent(SceneDialogue talk, IReadOnlyList<SpriteClass> present)
    {
        for (var attempt = 0; attempt < 8; attempt++)
        {
            var kind = talk.Sprites.Classes.Items[talk.Any(talk.Sprites.Available)];
            if (present.All(kind.DiffersFrom))
            {
                return kind;
            }
        }

        return null;
    }

    /// <summary>What each of these is.</summary>
    internal static string Names(SceneDialogue talk, int[] items) => Listed(talk, items, item => talk.Facts.Class(item).OneOf);

    private static string Listed(SceneDialogue talk, int[] items, Func<int, string> what) =>
        English.List([.. items.Select(item => $"{talk.Plain(item)} is {what(item)}")]);

    // Another object's class half of the time: then the picture alone does not give the answer away.
    private static SpriteClass? Other(SceneDialogue talk, SpriteClass own)
    {
        var present = Enumerable.Range(0, talk.Facts.Count).Select(talk.Facts.Class).Where(own.DiffersFrom).ToArray();
        return present.Length > 0 && talk.Flip() ? talk.Any(present) : Absent(talk, [own]);
    }
}
