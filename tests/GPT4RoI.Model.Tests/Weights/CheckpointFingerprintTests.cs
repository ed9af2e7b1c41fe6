using GPT4RoI.Model.Weights;
using static TorchSharp.torch;

namespace GPT4RoI.Model.Tests.Weights;

public sealed class CheckpointFingerprintTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private int _written;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Compute_SameModelInOtherFiles_IsTheSame()
    {
        var (stored, delta, cancellationToken) = (Golden.File("delta", "base"), Golden.File("delta", "delta"), TestContext.Current.CancellationToken);
        DeltaWeights.Apply(stored, delta, _folder.At("one"), progress: null, cancellationToken);
        DeltaWeights.Apply(stored, delta, _folder.At("many"), 60_000, progress: null, cancellationToken);

        var fingerprint = CheckpointFingerprint.Compute(_folder.At("one"));

        Assert.Matches("^[0-9a-f]{64}$", fingerprint);
        Assert.Equal(fingerprint, CheckpointFingerprint.Compute(_folder.At("many")));
    }

    [Fact]
    public void Compute_AnyPartChanged_Differs()
    {
        string[] checkpoints =
        [
            Write(),
            Write(config: "{ }"),
            Write(addedTokens: ""),
            Write(addedTokens: "{}"),
            Write(config: "", addedTokens: "{}"),
            Write(name: "v"),
            Write(shape: [2500, 2]),
            Write(dtype: ScalarType.BFloat16),
            Write(first: 1),
            Write(last: 1),
            Write(shape: []),
            Write(shape: [0]),
        ];

        Assert.Distinct(checkpoints.Select(folder => CheckpointFingerprint.Compute(folder)));
    }

    [Fact]
    public void Compute_SeveralCheckpoints_DependsOnTheirOrder()
    {
        var (model, clip) = (Write(), Write(first: 1));

        Assert.Distinct(
        [
            CheckpointFingerprint.Compute(model), CheckpointFingerprint.Compute(clip),
            CheckpointFingerprint.Compute(model, clip), CheckpointFingerprint.Compute(clip, model),
        ]);
        Assert.Equal(CheckpointFingerprint.Compute(model, clip), CheckpointFingerprint.Compute(model, clip));
    }

    private string Write(
        string config = "{}", string? addedTokens = null, string name = "w", ScalarType dtype = ScalarType.Float16, long[]? shape = null,
        float first = 0, float last = 0)
    {
        var folder = _folder.At($"{_written++}");
        Directory.CreateDirectory(folder);
        File.WriteAllText(Path.Combine(folder, "config.json"), config);
        if (addedTokens is not null)
        {
            File.WriteAllText(Path.Combine(folder, "added_tokens.json"), addedTokens);
        }
        using var data = zeros(shape ?? [5000], dtype);
        if (shape is null)
        {
            data[0] = first;
            data[^1] = last;
        }
        using var writer = new SafetensorsWriter(Path.Combine(folder, "model.safetensors"), [new(name, new(dtype, data.shape))]);
        writer.Write(name, data);
        writer.Complete();
        return folder;
    }
}
