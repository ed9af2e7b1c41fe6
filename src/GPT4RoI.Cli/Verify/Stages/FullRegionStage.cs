using System.Text.Json;
using GPT4RoI.Model;
using GPT4RoI.Model.Regions;
using GPT4RoI.Model.Weights;
using static TorchSharp.torch;

namespace GPT4RoI.Cli.Verify.Stages;

/// <summary>The region module at GPT4RoI-7B's size, on weights made by formula. Takes about 4 GB of memory.</summary>
internal sealed class FullRegionStage : SynchronousStage
{
    private const string Prefix = "model.spi_module";

    // CLIP ViT-L/14 at 224 pixels: what the released models use.
    private const int ImageSize = 224, PatchSize = 14;

    public override string Name => "full_spi";

    protected override IEnumerable<VerifyResult> Run(FixtureSet fixtures, CancellationToken cancellationToken)
    {
        if (!File.Exists(fixtures.PathOf("full_spi", "manifest.json")))
        {
            yield break;
        }
        using var manifest = JsonDocument.Parse(File.ReadAllText(fixtures.PathOf("full_spi", "manifest.json")));
        using var weights = FormulaWeights.FromManifest(manifest.RootElement.GetProperty("weights"));
        using var inputs = FormulaWeights.FromManifest(manifest.RootElement.GetProperty("inputs"));
        foreach (var result in weights.CheckGenerator(Name).Concat(inputs.CheckGenerator(Name)))
        {
            cancellationToken.ThrowIfCancellationRequested();
            yield return result;
        }
        foreach (var result in Forward(fixtures, weights, inputs))
        {
            yield return result;
        }
    }

    private List<VerifyResult> Forward(FixtureSet fixtures, FormulaWeights weights, FormulaWeights inputs)
    {
        using var scope = NewDisposeScope();
        using var expected = new SafetensorsFile(fixtures.PathOf("full_spi", "expected.safetensors"));
        var config = Gpt4RoiConfigReader.ReadRegions(weights, "manifest.json");
        using var module = new RegionModule(config, ImageSize, PatchSize, new WeightLoader(weights, fixtures.Placement, Prefix));
        var probe = new Probe();
        var levels = inputs.Tensors.Keys.Order(StringComparer.Ordinal).Select(inputs.Read).ToArray();
        var maps = module.Fuse(levels, probe.Record);
        var region = module.Extract(maps, [RegionStage.Boxes(expected.Read("boxes_norm"))], probe.Record);
        var results = new List<VerifyResult>();
        foreach (var key in expected.Tensors.Keys.Where(key => key != "boxes_norm"))
        {
            var theirs = expected.Read(key);
            var whole = key == "region_features" ? region : probe[key.Replace("_sub.", ".", StringComparison.Ordinal)];
            results.Add(whole is null
                ? Compare.Fault(Name, key, "no such stage")
                : Compare.Tensors(Name, key, RegionStage.Subsample(whole, theirs.shape), theirs, Tolerance(key)));
        }
        probe.Clear();
        return results;
    }

    private static double Tolerance(string key) => key.Split('.')[0] switch
    {
        "region_features" or "flatten_linear" or "pconv_sub" => Tolerances.FullRegion,
        "pos_embedd" => Tolerances.FullPosition,
        _ => Tolerances.Fusion,
    };
}
