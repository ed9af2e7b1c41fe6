using System.Runtime.InteropServices;
using System.Text.RegularExpressions;
using GPT4RoI.Model.Regions;
using GPT4RoI.Model.Weights;
using static TorchSharp.torch;

namespace GPT4RoI.Cli.Verify.Stages;

/// <summary>RoIAlign by itself, with both kernels: <c>NAME.out14_sr2</c>, <c>NAME.out2x3_sr0_adaptive</c> and the like.</summary>
internal sealed partial class RoiAlignStage : SynchronousStage
{
    public override string Name => "roi_align";

    protected override IEnumerable<VerifyResult> Run(FixtureSet fixtures, CancellationToken cancellationToken) =>
        fixtures.Cases("roi_align_unit").SelectMany(Check);

    private List<VerifyResult> Check(string path)
    {
        using var scope = NewDisposeScope();
        using var file = new SafetensorsFile(path);
        var results = new List<VerifyResult>();
        foreach (var key in file.Tensors.Keys)
        {
            if (OutputName().Match(key) is not { Success: true } match)
            {
                continue;
            }
            var name = match.Groups["name"].Value;
            var height = int.Parse(match.Groups["h"].ValueSpan, null);
            var options = new RoiAlignOptions(
                height, match.Groups["w"].Success ? int.Parse(match.Groups["w"].ValueSpan, null) : height,
                MemoryMarshal.Cast<byte, float>(file.Read(name + ".spatial_scale").bytes)[0],
                int.Parse(match.Groups["sr"].ValueSpan, null), match.Groups["mode"].Value != "alignedFalse");
            foreach (var (kernel, align) in new (string, IRoiAlign)[] { ("cpu", RoiAlign.For(CPU, ScalarType.Float32)), ("torch", new TorchRoiAlign()) })
            {
                var ours = align.Forward(file.Read(name + ".feat"), file.Read(name + ".rois"), options);
                results.Add(Compare.Tensors(Name, $"{key} {kernel}", ours, file.Read(key), Tolerances.RoiAlign));
            }
        }
        return results;
    }

    [GeneratedRegex(@"^(?<name>.+)\.out(?<h>\d+)(x(?<w>\d+))?_sr(?<sr>\d+)(_(?<mode>\w+))?$")]
    private static partial Regex OutputName();
}
