using GPT4RoI.Model;
using GPT4RoI.Model.Regions;
using GPT4RoI.Training.Configuration;
using GPT4RoI.Training.Instructions;
using GPT4RoI.Training.Modules;

namespace GPT4RoI.Training.Tests;

/// <summary>A model of the smallest sizes, and made-up conversations for it.</summary>
internal static class SmallModel
{
    public static ModelSizes Sizes { get; } = new()
    {
        ImageSize = 32,
        PatchSize = 8,
        VisionWidth = 16,
        VisionLayers = 10,
        VisionHeads = 2,
        RegionWidth = 8,
        RegionGroups = 2,
        RegionRounds = 2,
        RoiOutputSize = 3,
        HiddenSize = 24,
        Layers = 2,
        Heads = 2,
        MaxPositions = 256,
    };

    public static Gpt4RoiConfig Config { get; } = Sizes.ToConfig(40, "v1_2");

    /// <summary>A batch in which image k has k + 1 boxes.</summary>
    public static InstructionBatch Batch(int seed, int size = 2)
    {
        var random = new Random(seed);
        return InstructionBatch.Create(Config, [.. Enumerable.Range(0, size).Select(index => Sample(random, index + 1))]);
    }

    /// <summary>A conversation about nothing to see.</summary>
    public static (EncodedSample, float[]?, IReadOnlyList<BoundingBox>) Words(Random random)
    {
        var ids = Enumerable.Range(0, 12).Select(_ => random.Next(1, 40)).ToArray();
        return (new(ids, [.. ids.Select((id, position) => position >= 7 ? id : EncodedSample.Ignored)], null, []), null, []);
    }

    public static (EncodedSample, float[]?, IReadOnlyList<BoundingBox>) Sample(Random random, int boxes)
    {
        var patches = Config.Vision.Patches;
        var ids = Enumerable.Range(0, patches + 8 + (2 * boxes)).Select(_ => random.Next(1, 40)).ToArray();
        var labels = ids.Select((id, position) => position >= ids.Length - 4 ? id : EncodedSample.Ignored).ToArray();
        var positions = Enumerable.Range(0, boxes).Select(box => patches + 3 + (2 * box)).ToArray();
        var pixels = Enumerable.Range(0, 3 * 32 * 32).Select(_ => (float)(random.NextDouble() * 2) - 1).ToArray();
        return (new(ids, labels, 2, positions), pixels, [.. Enumerable.Range(0, boxes).Select(_ => Box(random))]);
    }

    public static BoundingBox Box(Random random)
    {
        var (x, y) = (random.NextSingle() * 0.6f, random.NextSingle() * 0.6f);
        return new(x, y, x + 0.1f + (random.NextSingle() * 0.3f), y + 0.1f + (random.NextSingle() * 0.3f));
    }
}
