using GPT4RoI.Engine.Vision;
using GPT4RoI.Model;
using GPT4RoI.Model.Regions;
using GPT4RoI.Model.Vision;

namespace GPT4RoI.Engine.Tests.Vision;

/// <summary>The tiny checkpoint's vision parts, and what the authors' code computed with them.</summary>
public sealed class TinyVision : IDisposable
{
    private readonly Gpt4RoiCheckpoint _checkpoint = Gpt4RoiCheckpoint.Open(GoldenFiles.Path("tiny"));

    public TinyVision()
    {
        Tower = _checkpoint.LoadVisionTower(ModelPlacement.Cpu);
        Regions = _checkpoint.LoadRegionModule(ModelPlacement.Cpu);
    }

    public Gpt4RoiConfig Config => _checkpoint.Config;

    public ClipVisionTower Tower { get; }

    public RegionModule Regions { get; }

    /// <summary>Images with recorded levels.</summary>
    internal static string[] Images { get; } = ["cat_451x300", "astronaut_213x320", "coffee_160x107", "rocket_640x179"];

    internal static float[] Pixels(string image) => GoldenFiles.ReadCase("preprocess", $"{image}.image");

    internal ImageFeatures Features(string image) => new(
        [.. Enumerable.Range(0, Config.Regions.Levels).Select(level => GoldenFiles.ReadCase($"clip_{image}", $"level{level}"))],
        Config.Vision.Patches, Config.Vision.HiddenSize);

    internal static BoundingBox[] Boxes(string file, string tensor = "boxes_norm") =>
        [.. GoldenFiles.ReadCase(file, tensor).Chunk(4).Select(box => new BoundingBox(box[0], box[1], box[2], box[3]))];

    internal static float Difference(IEnumerable<float> expected, IEnumerable<float> actual) =>
        expected.Zip(actual, (a, b) => Math.Abs(a - b)).Max();

    public void Dispose()
    {
        Regions.Dispose();
        Tower.Dispose();
        _checkpoint.Dispose();
    }
}
