using GPT4RoI.Training.Scenes.Sprites;

namespace GPT4RoI.Training.Scenes.Dialogue;

/// <summary>Questions about the whole picture or about how many. Null where the answer is not beyond doubt.</summary>
internal static class CountingTasks
{
    public static SceneTurn CountAll(SceneDialogue talk) =>
        new(SceneTask.CountAll, talk.Any(ScenePhrases.CountAll), English.Sentence(English.Number(talk.Facts.Count)), Told(talk));

    public static SceneTurn? CountClass(SceneDialogue talk)
    {
        var kind = talk.Random.Next(6) == 0 ? NamingTasks.Absent(talk, Present(talk)) : Repeated(talk);
        return kind is not null && talk.Facts.CountOf(kind) is { } count
            ? new SceneTurn(
                SceneTask.CountClass, talk.Any(ScenePhrases.CountClass).Replace("{many}", kind.Plural), English.Sentence($"{All(talk)}, so the number of {kind.Plural} is {English.Number(count)}"), Told(talk))
            : null;
    }

    public static SceneTurn? CountRegions(SceneDialogue talk, int[] items)
    {
        var kind = talk.Random.Next(6) == 0 ? NamingTasks.Absent(talk, Present(talk)) : items.Length > 1 ? talk.Facts.Class(talk.Any(items)) : null;
        if (items.Length < 2 || kind is null || talk.Facts.CountOf(kind) is null)
        {
            return null;
        }

        var count = items.Count(item => ReferenceEquals(talk.Facts.Class(item), kind));
        var question = talk.Any(ScenePhrases.CountRegions).Replace("{all}", NamingTasks.All(talk, items))
            .Replace("{many}", kind.Plural).Replace("{one}", kind.OneOf);
        return new SceneTurn(SceneTask.CountRegions, question, $"{NamingTasks.Names(talk, items)}, so the number of {kind.Plural} is {English.Number(count)}.", NamingTasks.TheNames);
    }

    public static SceneTurn? IsThere(SceneDialogue talk)
    {
        var there = talk.Flip();
        var kind = there ? talk.Any(Present(talk)) : NamingTasks.Absent(talk, Present(talk));
        return kind is null ? null : new SceneTurn(
            SceneTask.IsThere, talk.Any(ScenePhrases.IsThere).Replace("{one}", kind.OneOf).Replace("{name}", kind.Name),
            English.Sentence($"{All(talk)}, so {English.YesNo(there)}"), Told(talk));
    }

    public static SceneTurn Describe(SceneDialogue talk) => new(SceneTask.Describe, talk.Any(ScenePhrases.Describe), English.Sentence(All(talk)), Told(talk));

    private static string Told(SceneDialogue talk) => English.Sentence($"the picture shows {All(talk)}");

    // One by one from left to right, as the patches are numbered in pretraining.
    private static string All(SceneDialogue talk) =>
        English.List([.. talk.Scene.FromLeftToRight().Select(item => talk.Facts.Class(item).OneOf)]);

    private static SpriteClass[] Present(SceneDialogue talk) => [.. Enumerable.Range(0, talk.Facts.Count).Select(talk.Facts.Class)];

    // A class that is there several times, where there is one: counting to one teaches little.
    private static SpriteClass Repeated(SceneDialogue talk)
    {
        var present = Present(talk);
        var several = present.GroupBy(kind => kind).Where(group => group.Count() > 1).Select(group => group.Key).ToArray();
        return several.Length > 0 && talk.Random.Next(3) > 0 ? talk.Any(several) : talk.Any(present);
    }
}
