using GPT4RoI.Model.Weights;
using static TorchSharp.torch;

namespace GPT4RoI.Cli.Verify.Stages;

/// <summary>Base and delta checkpoints to the target, bit by bit. Rotary frequencies are recomputed at load and not compared.</summary>
internal sealed class DeltaStage : SynchronousStage
{
    private const string Ignored = "rotary_emb.inv_freq";

    public override string Name => "delta";

    protected override IEnumerable<VerifyResult> Run(FixtureSet fixtures, CancellationToken cancellationToken)
    {
        if (!Directory.Exists(fixtures.PathOf("delta")))
        {
            yield break;
        }
        var output = Directory.CreateTempSubdirectory("gpt4roi-delta-");
        try
        {
            DeltaWeights.Apply(fixtures.PathOf("delta", "base"), fixtures.PathOf("delta", "delta"), output.FullName, null, cancellationToken);
            foreach (var result in Check(fixtures, output.FullName))
            {
                yield return result;
            }
        }
        finally
        {
            output.Delete(recursive: true);
        }
    }

    private List<VerifyResult> Check(FixtureSet fixtures, string output)
    {
        using var scope = NewDisposeScope();
        using var expected = new SafetensorsFile(fixtures.PathOf("delta", "target_expected.safetensors"));
        using var ours = WeightFiles.Open(output);
        var results = new List<VerifyResult>();
        foreach (var (name, info) in expected.Tensors.Where(tensor => !tensor.Key.EndsWith(Ignored, StringComparison.Ordinal)))
        {
            if (!ours.Tensors.TryGetValue(name, out var written) || written.Dtype != info.Dtype || !written.Shape.SequenceEqual(info.Shape))
            {
                results.Add(Compare.Fault(Name, name, "missing, or of another dtype or shape"));
                continue;
            }
            using var left = ours.Read(name);
            using var right = expected.Read(name);
            results.Add(Compare.Exact(Name, name, left.bytes.ToArray(), right.bytes.ToArray()));
        }
        results.AddRange(ours.Tensors.Keys.Except(expected.Tensors.Keys).Select(name => Compare.Fault(Name, name, "not expected")));
        return results;
    }
}
