using GPT4RoI.Training.Configuration;
using GPT4RoI.Training.Modules;

namespace GPT4RoI.Training.Tests;

/// <summary>Short trainings of the smallest model.</summary>
internal static class Trainings
{
    private static readonly string Tokenizer = Path.Combine(GoldenFiles.Root, "tiny");

    public static IReadOnlyList<ParameterGroup> Everything { get; } =
        [ParameterGroup.Vision, ParameterGroup.Regions, ParameterGroup.Projector, ParameterGroup.Language];

    public static StageConfig Instruction(int steps) => new()
    {
        Name = "instruction",
        Steps = steps,
        BatchSize = 4,
        LearningRate = 2e-3,
        Train = Everything,
        Schedule = Schedule.Cosine,
        WarmUpSteps = 2,
        Beta2 = 0.98,
    };

    public static StageConfig Vision(int steps) => Instruction(steps) with
    {
        Name = "vision",
        Kind = StageKind.Vision,
        Train = [ParameterGroup.Vision, ParameterGroup.Regions, ParameterGroup.Heads],
    };

    public static TrainingConfig Config(params StageConfig[] stages) => new()
    {
        Model = new() { Sizes = SmallModel.Sizes, Tokenizer = Tokenizer, ConversationVersion = "v1" },
        Stages = stages,
        Seed = 7,
        CheckpointEvery = 1000,
    };

    /// <summary>Trains on a few scenes, to the end or until the progress throws.</summary>
    public static void Run(TrainingConfig config, string folder, IProgress<StepReport>? progress = null, int scenes = 64)
    {
        var data = new ColourScenes(scenes);
        new Trainer(config, folder, _ => new([data], (_, _) => data), TimeProvider.System).Run(progress, TestContext.Current.CancellationToken);
    }

    public static string[] Losses(string folder) => File.ReadAllLines(Path.Combine(folder, "losses.csv"));
}
