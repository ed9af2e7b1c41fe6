using System.Text.RegularExpressions;

namespace GPT4RoI.Training.Scenes.Dialogue;

/// <summary>
/// What a conversation has told of its regions. A question to which earlier answers hold the answer teaches to read those, not the picture, and most of the
/// questions of a long conversation would be such. A question for names or places must ask for one at least that is not told, and each kind of comparison
/// comes up once for the same regions; one kind may still tell what another asks for.
/// </summary>
internal sealed partial class ToldFacts
{
    private readonly HashSet<(SceneTask Topic, string Regions)> _told = [];

    /// <summary>Takes note of what a question's answer tells.</summary>
    /// <returns>False if all of it has been told.</returns>
    public bool Add(SceneTurn turn)
    {
        var regions = Mentions().Matches(turn.Question).Select(match => match.Value).Distinct().Order(StringComparer.Ordinal).ToArray();
        return Topic(turn.Kind) switch
        {
            null => true,
            SceneTask.Name or SceneTask.Place => AddEach(Topic(turn.Kind)!.Value, regions),
            { } pair => _told.Add((pair, string.Concat(regions))),
        };
    }

    private bool AddEach(SceneTask topic, string[] regions)
    {
        var told = _told.Count;
        _told.UnionWith(regions.Select(region => (topic, region)));
        return _told.Count > told;
    }

    private static SceneTask? Topic(SceneTask kind) => kind switch
    {
        SceneTask.Name or SceneTask.NameAll or SceneTask.Confirm or SceneTask.Same or SceneTask.WhichOf or SceneTask.CountRegions
            => SceneTask.Name,
        SceneTask.Place or SceneTask.PlaceAll => SceneTask.Place,
        SceneTask.CountAll or SceneTask.CountClass or SceneTask.IsThere or SceneTask.Describe or SceneTask.Nothing => null,
        _ => kind,
    };

    [GeneratedRegex("<region[0-9]+>")]
    private static partial Regex Mentions();
}
