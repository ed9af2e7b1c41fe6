using GPT4RoI.Model.Regions;
using GPT4RoI.Training.Datasets;
using GPT4RoI.Training.Instructions;
using GPT4RoI.Training.Tests.Instructions;

namespace GPT4RoI.Training.Tests.Datasets;

/// <summary>The hand-made annotation files, in the layouts of the published ones, and what tests ask of samples.</summary>
internal static class Fixture
{
    public static string Folder { get; } = Path.Combine(Path.GetDirectoryName(GoldenInstructions.Folder)!, "GPT4RoI.Training.Tests", "Fixtures");

    public static string Images { get; } = Path.Combine(GoldenInstructions.Folder, "cases", "images");

    public static string File(string name) => Path.Combine(Folder, name);

    public static DatasetConfig Config(string kind, string file) => new(kind) { Annotations = File(file), Images = Images };

    public static IInstructionDataset Open(DatasetConfig config) => DatasetFactory.Open(config, new DataFaults());

    /// <summary>One sample for each of a hundred states of the generator.</summary>
    public static InstructionSample[] Draws(this IInstructionDataset dataset, int index) =>
        [.. Enumerable.Range(0, 100).Select(seed => dataset.Get(index, new Random(seed))!)];

    public static string Answers(this InstructionSample sample) => string.Join(" | ", sample.Turns.Select(turn => turn.Assistant));

    public static int Boxes(this InstructionTurn turn) => turn.Human.Split("<bbox>").Length - 1;

    public static string PathOf(this InstructionSample sample) => Path.GetFullPath(((FileSource)sample.Image!).Path);

    public static void AssertBox(BoundingBox actual, float x1, float y1, float x2, float y2)
    {
        Assert.Equal(x1, actual.X1, 1e-5f);
        Assert.Equal(y1, actual.Y1, 1e-5f);
        Assert.Equal(x2, actual.X2, 1e-5f);
        Assert.Equal(y2, actual.Y2, 1e-5f);
    }
}
