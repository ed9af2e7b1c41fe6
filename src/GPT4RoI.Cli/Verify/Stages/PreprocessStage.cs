using System.Runtime.InteropServices;
using GPT4RoI.Model.Vision;
using GPT4RoI.Model.Weights;

namespace GPT4RoI.Cli.Verify.Stages;

/// <summary>Image file to resized bytes (exact) and to the tower's input.</summary>
internal sealed class PreprocessStage : SynchronousStage
{
    private const string Resized = ".resized_u8", Image = ".image";

    public override string Name => "preprocess";

    protected override IEnumerable<VerifyResult> Run(FixtureSet fixtures, CancellationToken cancellationToken)
    {
        if (!fixtures.Cases("preprocess").Any())
        {
            yield break;
        }
        using var expected = new SafetensorsFile(fixtures.PathOf("cases", "preprocess.safetensors"));
        var preprocessor = ImagePreprocessor.Load(fixtures.Config.VisionTower, fixtures.Config.Vision.ImageSize);
        foreach (var image in expected.Tensors.Keys.Where(key => key.EndsWith(Image, StringComparison.Ordinal)).Select(key => key[..^Image.Length]))
        {
            cancellationToken.ThrowIfCancellationRequested();
            var decoded = fixtures.Decode(image);
            using var pixels = expected.Read(image + Image);
            yield return Compare.Values(
                Name, image + Image, preprocessor.Preprocess(decoded), MemoryMarshal.Cast<byte, float>(pixels.bytes), Tolerances.Pixels);
            if (expected.Tensors.ContainsKey(image + Resized))
            {
                using var resized = expected.Read(image + Resized);
                yield return Compare.Exact(Name, image + Resized, preprocessor.ResizeShorterSide(decoded).Rgb.ToArray(), resized.bytes.ToArray());
            }
        }
    }
}
