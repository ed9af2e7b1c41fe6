using System.Collections.Concurrent;
using GPT4RoI.Training.Scenes.Dialogue;
using GPT4RoI.Training.Scenes.Sprites;

namespace GPT4RoI.Training.Scenes.Evaluation;

/// <summary>
/// Asks a model about fresh scenes and counts right answers. Scenes are drawn without augmentation and their boxes are exact; questions have the
/// phrasings of <see cref="SceneConversations"/>. An answer is right if, read by <see cref="AnswerText.Parse"/>, it equals the right one. The same
/// seed, sprites and options give the same scenes and questions.
/// </summary>
public sealed class SceneEvaluation
{
    private const int Attempts = 12;

    private static readonly (SceneCategory Category, SceneTask[] Tasks)[] Single =
    [
        (SceneCategory.Naming, [SceneTask.Name]),
        (SceneCategory.Relations, [SceneTask.Side, SceneTask.Height, SceneTask.Bigger, SceneTask.Relation, SceneTask.Overlap]),
        (SceneCategory.Counting, [SceneTask.CountAll, SceneTask.CountClass, SceneTask.CountRegions]),
        (SceneCategory.WhichOf, [SceneTask.WhichOf]),
        (SceneCategory.FalseConfidence, [SceneTask.Nothing]),
    ];

    private readonly SpriteSet _sprites;
    private readonly SceneGenerator _generator;
    private readonly int _seed;

    /// <param name="sprites">What the scenes show.</param>
    /// <param name="options">Their size, number of objects and backgrounds.</param>
    /// <param name="seed">Decides everything else.</param>
    /// <exception cref="ArgumentException">An option is out of its range, or augmentation or crowded is not 0.</exception>
    public SceneEvaluation(SpriteSet sprites, SceneOptions options, int seed)
    {
        if (options.Augmentation != 0 || options.Crowded != 0)
        {
            throw new ArgumentException(
                $"Scenes for evaluation are drawn without augmentation and crowds, not with {options.Augmentation} and {options.Crowded}.", nameof(options));
        }

        (_sprites, _generator, _seed) = (sprites, new SceneGenerator(sprites, options), seed);
    }

    /// <summary>The scene with this number, and one question of each category that it allows; swaps are two in a row.</summary>
    public (Scene Scene, IReadOnlyList<SceneQuestion> Questions) Draw(int index)
    {
        var random = new Random(HashOf(_seed, index));
        var scene = _generator.Create(random);
        var questions = Single.Select(entry => Ask(scene, entry.Category, entry.Tasks, random)).OfType<SceneQuestion>().ToList();
        questions.AddRange(Swap(scene, random));
        return (scene, questions);
    }

    /// <summary>Runs the evaluation.</summary>
    /// <param name="scenes">How many scenes.</param>
    /// <param name="ask">The model; called from several threads if <paramref name="parallel"/> is more than 1.</param>
    /// <param name="parallel">Scenes that are asked about at the same time.</param>
    /// <param name="progress">Told the number of finished scenes.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task<SceneReport> RunAsync(
        int scenes, SceneAnswerer ask, int parallel, IProgress<int>? progress, CancellationToken cancellationToken)
    {
        var answers = new ConcurrentBag<(int Scene, SceneQuestion Question, bool Right)>();
        var done = 0;
        var options = new ParallelOptions { MaxDegreeOfParallelism = parallel, CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(Enumerable.Range(0, scenes), options, async (index, cancelled) =>
        {
            var (scene, questions) = Draw(index);
            foreach (var question in questions)
            {
                answers.Add((index, question, question.IsRight(await ask(scene.Image, question.Regions, question.Turn.Question, cancelled))));
            }

            progress?.Report(Interlocked.Increment(ref done));
        });

        return new SceneReport
        {
            Naming = Share(SceneCategory.Naming),
            Relations = Share(SceneCategory.Relations),
            Counting = Share(SceneCategory.Counting),
            WhichOf = Share(SceneCategory.WhichOf),
            Swap = Share(SceneCategory.Swap),
            FalseConfidence = 1 - Share(SceneCategory.FalseConfidence),
            Scenes = scenes,
            Questions = answers.Count,
            Tasks = new SortedDictionary<SceneTask, double>(answers.Where(answer => answer.Question.Category != SceneCategory.Swap)
                .GroupBy(answer => answer.Question.Turn.Kind, answer => answer.Right ? 1.0 : 0).ToDictionary(group => group.Key, group => group.Average())),
        };

        // Of a scene's questions of a category, all must be right.
        double? Share(SceneCategory category) => answers.Where(answer => answer.Question.Category == category).GroupBy(answer => answer.Scene)
            .Average(scene => scene.All(answer => answer.Right) ? 1.0 : (double?)0);
    }

    private static int HashOf(int seed, int index) => unchecked((seed * 1_000_003) + (index * 7919));

    private SceneQuestion? Ask(Scene scene, SceneCategory category, SceneTask[] tasks, Random random)
    {
        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            var talk = new SceneDialogue(scene, _sprites, random, []);
            if (SceneConversations.Ask(talk, talk.Any(tasks)) is { } turn)
            {
                return Question(category, talk, turn);
            }
        }

        return null;
    }

    // The same words, since the same random numbers; the other answer, since the boxes have changed places.
    private SceneQuestion[] Swap(Scene scene, Random random)
    {
        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            var (seed, pair) = (random.Next(), new SceneDialogue(scene, _sprites, random, []).Pick(2));
            if (pair.Length == 2 && Pair(scene, seed, pair[0], pair[1]) is { } one && Pair(scene, seed, pair[1], pair[0]) is { } other
                && one.Turn.Answer != other.Turn.Answer)
            {
                return [one, other];
            }
        }

        return [];
    }

    private SceneQuestion? Pair(Scene scene, int seed, int a, int b)
    {
        var talk = new SceneDialogue(scene, _sprites, new Random(seed), []);
        var turn = talk.Random.Next(4) switch
        {
            0 => RelationTasks.Side(talk, a, b),
            1 => RelationTasks.Height(talk, a, b),
            2 => RelationTasks.Bigger(talk, a, b),
            _ => NamingTasks.NameAll(talk, [a, b]),
        };
        return turn is null ? null : Question(SceneCategory.Swap, talk, turn);
    }

    private static SceneQuestion Question(SceneCategory category, SceneDialogue talk, SceneTurn turn) =>
        new(category, [.. talk.Regions.OrderBy(region => region.Key).Select(region => region.Value)], turn);
}
