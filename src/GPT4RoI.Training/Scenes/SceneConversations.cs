using GPT4RoI.Training.Instructions;
using GPT4RoI.Training.Scenes.Dialogue;
using GPT4RoI.Training.Scenes.Sprites;

namespace GPT4RoI.Training.Scenes;

/// <summary>
/// Makes up conversations about a scene: two to six questions with the only right, short answer to each, fewer where there is nothing left to tell. The
/// first mention of a region is <c>region1 &lt;bbox&gt;</c>, later ones are <c>region1</c>, as <see cref="Model.Prompting.PromptBuilder"/> writes them.
/// Thread-safe.
/// </summary>
/// <param name="sprites">What scenes can show.</param>
/// <param name="tasks">What is asked; everything if there is none.</param>
public sealed class SceneConversations(SpriteSet sprites, params IReadOnlyList<SceneTask> tasks)
{
    private const int MostTurns = 6;
    private const int ShuffledIds = 4;
    private const int Attempts = 40;

    // How often each task is tried; several are often impossible in a scene and so come up less.
    private static readonly (SceneTask Task, int Weight)[] Weights =
    [
        (SceneTask.Name, 22), (SceneTask.NameAll, 20), (SceneTask.Caption, 8), (SceneTask.Place, 4), (SceneTask.PlaceAll, 8), (SceneTask.Side, 9),
        (SceneTask.Height, 9), (SceneTask.Bigger, 10), (SceneTask.Relation, 10), (SceneTask.Overlap, 12), (SceneTask.Relate, 14), (SceneTask.Order, 20),
        (SceneTask.Same, 4), (SceneTask.WhichOf, 9),
        (SceneTask.CountAll, 6), (SceneTask.CountClass, 8), (SceneTask.CountRegions, 7), (SceneTask.Confirm, 9), (SceneTask.IsThere, 3),
        (SceneTask.Describe, 4), (SceneTask.Nothing, 5),
    ];

    private readonly SceneTask[] _lots =
        [.. Weights.Where(entry => tasks.Count == 0 || tasks.Contains(entry.Task)).SelectMany(entry => Enumerable.Repeat(entry.Task, entry.Weight))];

    /// <summary>One conversation, the same for the same state of <paramref name="random"/>.</summary>
    /// <param name="scene">What it is about, drawn from the same class list.</param>
    /// <param name="random">Decides what is asked and how.</param>
    public InstructionSample Create(Scene scene, Random random) => Talk(scene, random).ToSample();

    /// <summary>One conversation without the picture, in which the questions tell what is there; the answers are found by reading.</summary>
    /// <param name="scene">What it is about; its pixels are not used.</param>
    /// <param name="random">Decides what is told and asked.</param>
    public InstructionSample CreateTold(Scene scene, Random random) => Talk(scene, random, told: true).ToToldSample();

    internal SceneDialogue Talk(Scene scene, Random random, bool told = false)
    {
        var talk = new SceneDialogue(scene, sprites, random, Ids(random));
        // Longer conversations are more common: what a picture and its prompt cost is spent once for all turns.
        var turns = Math.Max(random.Next(2, MostTurns + 1), random.Next(2, MostTurns + 1));
        var before = new ToldFacts();
        for (var attempt = 0; talk.Turns.Count < turns && attempt < Attempts; attempt++)
        {
            if (Ask(talk, talk.Any(_lots)) is { } turn && (!told || turn.Facts is not null) && !talk.Turns.Any(earlier => earlier.Question == turn.Question) && before.Add(turn))
            {
                talk.Add(turn);
            }
        }

        if (talk.Turns.Count == 0)
        {
            talk.Add(told ? CountingTasks.CountAll(talk) : NamingTasks.Name(talk, 0));
        }

        return talk;
    }

    /// <summary>One question of a kind about objects chosen at random; null where the scene does not allow it.</summary>
    internal static SceneTurn? Ask(SceneDialogue talk, SceneTask task)
    {
        var several = talk.Pick(2 + (talk.Flip() ? talk.Random.Next(3) : 0));
        var (a, b) = (several[0], several[^1]);
        return task switch
        {
            SceneTask.Name => NamingTasks.Name(talk, a),
            SceneTask.NameAll => NamingTasks.NameAll(talk, talk.Pick(2 + talk.Random.Next(4))),
            SceneTask.Caption => NamingTasks.Caption(talk, a),
            SceneTask.Place => NamingTasks.Place(talk, a),
            SceneTask.PlaceAll => NamingTasks.PlaceAll(talk, talk.Pick(5)),
            SceneTask.Same => NamingTasks.Same(talk, several),
            SceneTask.WhichOf => NamingTasks.WhichOf(talk, several),
            SceneTask.Confirm => NamingTasks.Confirm(talk, a),
            SceneTask.Nothing => NamingTasks.Nothing(talk),
            SceneTask.CountAll => CountingTasks.CountAll(talk),
            SceneTask.CountClass => CountingTasks.CountClass(talk),
            SceneTask.CountRegions => CountingTasks.CountRegions(talk, several),
            SceneTask.IsThere => CountingTasks.IsThere(talk),
            SceneTask.Describe => CountingTasks.Describe(talk),
            _ when several.Length < 2 => null,
            SceneTask.Side => RelationTasks.Side(talk, a, b),
            SceneTask.Height => RelationTasks.Height(talk, a, b),
            SceneTask.Bigger => RelationTasks.Bigger(talk, a, b),
            SceneTask.Relation => RelationTasks.Relation(talk, a, b),
            SceneTask.Overlap => RelationTasks.Overlap(talk, a, b),
            SceneTask.Relate => RelationTasks.Relate(talk, a, b),
            SceneTask.Order => RelationTasks.Order(talk, several),
            _ => throw new ArgumentOutOfRangeException(nameof(task), task, "There is no such question."),
        };
    }

    // Users number regions in the order they draw them, and mostly ask in that order too.
    private static int[] Ids(Random random)
    {
        var ids = Enumerable.Range(1, ShuffledIds).ToArray();
        if (random.Next(5) == 0)
        {
            random.Shuffle(ids);
        }

        return ids;
    }
}
