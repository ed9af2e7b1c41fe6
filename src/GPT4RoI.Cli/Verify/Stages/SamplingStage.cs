using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.RegularExpressions;
using GPT4RoI.Engine.Execution.Sampling;
using GPT4RoI.Engine.Requests;
using GPT4RoI.Model.Weights;

namespace GPT4RoI.Cli.Verify.Stages;

/// <summary>Temperature and top-k: the distribution that tokens are drawn from. <c>NAME.probs_T0.2_topk50</c> belongs to <c>NAME.input_logits</c>.</summary>
internal sealed partial class SamplingStage : SynchronousStage
{
    public override string Name => "sampling";

    protected override IEnumerable<VerifyResult> Run(FixtureSet fixtures, CancellationToken cancellationToken)
    {
        var path = fixtures.PathOf("cases", "prompts.safetensors");
        if (!File.Exists(path))
        {
            yield break;
        }
        using var file = new SafetensorsFile(path);
        foreach (var key in file.Tensors.Keys)
        {
            if (ProbabilitiesName().Match(key) is { Success: true } match)
            {
                var logits = Values(file, match.Groups["name"].Value + ".input_logits");
                var parameters = new SamplingParams
                {
                    Temperature = float.Parse(match.Groups["t"].ValueSpan, CultureInfo.InvariantCulture),
                    TopK = int.Parse(match.Groups["k"].ValueSpan, CultureInfo.InvariantCulture),
                };
                var ours = new float[logits.Length];
                new Sampler(logits.Length).Probabilities(logits, parameters, new TokenHistory([]), ours);
                yield return Compare.Values(Name, key, ours, Values(file, key), Tolerances.Probabilities);
            }
        }
    }

    private static float[] Values(SafetensorsFile file, string name)
    {
        using var tensor = file.Read(name);
        return MemoryMarshal.Cast<byte, float>(tensor.bytes).ToArray();
    }

    [GeneratedRegex(@"^(?<name>\w+)\.probs_T(?<t>[\d.]+)_topk(?<k>\d+)$")]
    private static partial Regex ProbabilitiesName();
}
