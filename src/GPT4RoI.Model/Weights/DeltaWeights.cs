using GPT4RoI.Model.Native;
using static TorchSharp.torch;

namespace GPT4RoI.Model.Weights;

/// <summary>How far <see cref="DeltaWeights"/> has come.</summary>
/// <param name="Tensors">Written so far.</param>
/// <param name="TotalTensors">Of the result.</param>
/// <param name="Bytes">Written so far.</param>
/// <param name="TotalBytes">Of the result's tensors.</param>
public sealed record DeltaProgress(int Tensors, int TotalTensors, long Bytes, long TotalBytes);

/// <summary>
/// Makes a checkpoint of a base model and a delta: GPT4RoI is released as its difference to LLaMA, whose licence does not allow passing it
/// on.
/// </summary>
/// <remarks>Upstream: <c>scripts/apply_delta.py</c>. Everything is float16, the sum is rounded once, as there.</remarks>
public static class DeltaWeights
{
    /// <summary>The size that one file of the result does not exceed.</summary>
    /// <value>5 GB, as Hugging Face writes.</value>
    public const long DefaultShardBytes = 5_000_000_000;

    private static readonly string[] CopiedFiles =
    [
        "config.json", "generation_config.json", "preprocessor_config.json", "added_tokens.json", "special_tokens_map.json",
        "tokenizer.model", "tokenizer.json", "tokenizer_config.json",
    ];

    /// <inheritdoc cref="Apply(string, string, string, long, IProgress{DeltaProgress}?, CancellationToken)"/>
    public static void Apply(
        string baseDirectory, string deltaDirectory, string outputDirectory, IProgress<DeltaProgress>? progress,
        CancellationToken cancellationToken) =>
        Apply(baseDirectory, deltaDirectory, outputDirectory, DefaultShardBytes, progress, cancellationToken);

    /// <summary>
    /// Writes base + delta as safetensors, with the delta's config and tokenizer, tensor by tensor: memory is bounded by the largest one.
    /// The result appears under its name when it is complete, or not at all.
    /// </summary>
    /// <param name="baseDirectory">LLaMA, in Hugging Face's format.</param>
    /// <param name="deltaDirectory">The released delta.</param>
    /// <param name="outputDirectory">Absent, or empty.</param>
    /// <param name="shardBytes">The size that one file of weights does not exceed, unless one tensor alone does.</param>
    /// <param name="progress">Told after each tensor.</param>
    /// <param name="cancellationToken">Honoured between tensors.</param>
    /// <exception cref="WeightsException">The two do not fit each other (every fault is listed), or the output exists.</exception>
    /// <exception cref="IOException">The output cannot be written.</exception>
    public static void Apply(
        string baseDirectory, string deltaDirectory, string outputDirectory, long shardBytes, IProgress<DeltaProgress>? progress,
        CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(shardBytes);
        using var output = new AtomicDirectory(outputDirectory);
        using var baseWeights = WeightFiles.Open(baseDirectory);
        using var deltaWeights = WeightFiles.Open(deltaDirectory);
        var steps = DeltaPlan.Make(baseWeights.Tensors, deltaWeights.Tensors);

        WriteTensors(output.WorkPath, steps, baseWeights, deltaWeights, shardBytes, progress, cancellationToken);
        foreach (var file in CopiedFiles.Where(file => File.Exists(Path.Combine(deltaDirectory, file))))
        {
            File.Copy(Path.Combine(deltaDirectory, file), Path.Combine(output.WorkPath, file));
        }
        cancellationToken.ThrowIfCancellationRequested();
        output.Commit();
    }

    private static void WriteTensors(
        string directory, List<DeltaPlan.Step> steps, IWeightSource baseWeights, IWeightSource deltaWeights, long shardBytes,
        IProgress<DeltaProgress>? progress, CancellationToken cancellationToken)
    {
        var infos = steps.ConvertAll(step => KeyValuePair.Create(step.Name, new TensorInfo(ScalarType.Float16, step.Shape)));
        var totalBytes = infos.Sum(tensor => Dtypes.ByteCount(tensor.Value.Dtype, tensor.Value.Shape) ?? 0);
        var state = new DeltaProgress(0, steps.Count, 0, totalBytes);
        using var writer = new ShardedSafetensorsWriter(directory, infos, shardBytes);
        using var noGrad = no_grad();
        foreach (var step in steps)
        {
            cancellationToken.ThrowIfCancellationRequested();
            using var scope = NewDisposeScope();
            var target = deltaWeights.Read(step.Name).to(ScalarType.Float16);
            if (step.AddBase)
            {
                target = Add(target, baseWeights.Read(step.Name).to(ScalarType.Float16));
            }
            writer.Write(step.Name, target);
            state = state with
            {
                Tensors = state.Tensors + 1,
                Bytes = state.Bytes + target.numel() * Dtypes.ElementSize(target.dtype),
            };
            progress?.Report(state);
        }
        writer.Complete();
    }

    /// <summary>
    /// The sum; where the base is smaller (a vocabulary without the added tokens), what is beyond it stays as in the delta.
    /// </summary>
    private static Tensor Add(Tensor delta, Tensor addend)
    {
        if (delta.shape.AsSpan().SequenceEqual(addend.shape))
        {
            return delta.Plus(addend);
        }
        var sum = delta.clone(); // [vocabulary + added, hidden]
        sum.narrow(0, 0, addend.shape[0]).narrow(1, 0, addend.shape[1]).PlusInPlace(addend);
        return sum;
    }
}
