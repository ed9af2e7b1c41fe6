using GPT4RoI.Model.Weights;
using static TorchSharp.torch;

namespace GPT4RoI.Cli.Verify.Stages;

/// <summary>Preprocessed image to feature levels, hidden states and projected image features.</summary>
internal sealed class ClipStage : SynchronousStage
{
    public override string Name => "clip";

    protected override IEnumerable<VerifyResult> Run(FixtureSet fixtures, CancellationToken cancellationToken)
    {
        foreach (var path in fixtures.Cases("clip_"))
        {
            cancellationToken.ThrowIfCancellationRequested();
            foreach (var result in Check(fixtures, path))
            {
                yield return result;
            }
        }
    }

    private List<VerifyResult> Check(FixtureSet fixtures, string path)
    {
        using var scope = NewDisposeScope();
        using var expected = new SafetensorsFile(path);
        var image = Path.GetFileNameWithoutExtension(path)["clip_".Length..];
        var probe = new Probe();
        var levels = fixtures.Tower.Forward(fixtures.Pixels(image), probe.Record);
        var results = new List<VerifyResult>();
        foreach (var name in expected.Tensors.Keys)
        {
            var actual = name switch
            {
                "image_features" => fixtures.Projector.Forward(levels[^1]),
                _ when name.StartsWith("level", StringComparison.Ordinal) => levels[int.Parse(name.AsSpan("level".Length), null)],
                _ => probe[name],
            };
            // A hidden state behind the deepest level is not computed: nothing of the model uses it.
            if (actual is not null)
            {
                results.Add(Compare.Tensors(Name, $"{image} {name}", actual, expected.Read(name), Tolerances.Clip));
            }
        }
        probe.Clear();
        return results;
    }
}
