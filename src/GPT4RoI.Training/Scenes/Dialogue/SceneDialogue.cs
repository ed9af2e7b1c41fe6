using System.Globalization;
using System.Text.RegularExpressions;
using GPT4RoI.Model.Regions;
using GPT4RoI.Training.Instructions;
using GPT4RoI.Training.Scenes.Sprites;

namespace GPT4RoI.Training.Scenes.Dialogue;

/// <summary>A conversation while it grows: which regions it has named, and what was said.</summary>
/// <param name="scene">What it is about.</param>
/// <param name="sprites">Everything that scenes can show.</param>
/// <param name="random">Decides what is said.</param>
/// <param name="ids">The numbers of the first regions, a permutation of 1, 2, …; later ones go on counting.</param>
internal sealed partial class SceneDialogue(Scene scene, SpriteSet sprites, Random random, IReadOnlyList<int> ids)
{
    private readonly Dictionary<int, int> _idOfObject = [];
    private readonly List<SceneTurn> _turns = [];

    public SceneFacts Facts { get; } = new(scene, sprites.Classes);

    public Scene Scene => scene;

    public SpriteSet Sprites => sprites;

    public Random Random => random;

    public IReadOnlyList<SceneTurn> Turns => _turns;

    /// <summary>Boxes by region id, in the order in which they were named first.</summary>
    public Dictionary<int, BoundingBox> Regions { get; } = [];

    public void Add(SceneTurn turn) => _turns.Add(turn);

    /// <summary>Names an object's region as a user does.</summary>
    public string Mention(int item)
    {
        if (!_idOfObject.TryGetValue(item, out var id))
        {
            id = NewRegion(scene.Objects[item].Box);
            _idOfObject.Add(item, id);
        }

        return $"<region{id}>";
    }

    /// <summary>Names an object's region as an answer does.</summary>
    public string Plain(int item) => Mention(item)[1..^1];

    /// <summary>Names a region with nothing in it.</summary>
    public string MentionEmpty(BoundingBox box) => $"<region{NewRegion(box)}>";

    /// <summary>Picks at random.</summary>
    public T Any<T>(IReadOnlyList<T> items) => items[random.Next(items.Count)];

    public bool Flip() => random.Next(2) == 0;

    /// <summary>Some of the objects in any order; fewer if there are not so many.</summary>
    public int[] Pick(int count)
    {
        var items = Enumerable.Range(0, Facts.Count).ToArray();
        random.Shuffle(items);
        return items[..Math.Min(count, items.Length)];
    }

    /// <summary>What the language model learns from: each region followed by <c>&lt;bbox&gt;</c> where it is named first, as in inference.</summary>
    public InstructionSample ToSample()
    {
        var boxes = new List<BoundingBox>();
        var turns = Written(id =>
        {
            boxes.Add(Regions[id]);
            return "<bbox>";
        });
        return new InstructionSample(new PixelSource(scene.Image), boxes, turns);
    }

    /// <summary>The same without the picture: each region is followed by its name where the box would stand. Only for turns that have facts.</summary>
    public InstructionSample ToToldSample()
    {
        var objects = _idOfObject.ToDictionary(pair => pair.Value, pair => pair.Key);
        return new(null, [], Written(id => Facts.Class(objects[id]).Name, turn => $"{turn.Facts} "));
    }

    private InstructionTurn[] Written(Func<int, string> introduce, Func<SceneTurn, string>? before = null)
    {
        var named = new HashSet<int>();
        return [.. _turns.Select(turn => new InstructionTurn(before?.Invoke(turn) + Mentions().Replace(turn.Question, match =>
        {
            var id = int.Parse(match.Groups[1].ValueSpan, CultureInfo.InvariantCulture);
            return named.Add(id) ? $"region{id} {introduce(id)}" : $"region{id}";
        }), turn.Answer))];
    }

    private int NewRegion(BoundingBox box)
    {
        var id = Regions.Count < ids.Count ? ids[Regions.Count] : Regions.Count + 1;
        Regions.Add(id, box);
        return id;
    }

    [GeneratedRegex("<region([0-9]+)>")]
    private static partial Regex Mentions();
}
