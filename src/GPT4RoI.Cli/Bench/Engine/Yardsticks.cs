using System.Diagnostics;
using GPT4RoI.Model;
using static TorchSharp.torch;

namespace GPT4RoI.Cli.Bench.Engine;

/// <summary>What the hardware does with nothing of ours in the way: the products of a step, and a copy.</summary>
internal sealed class Yardsticks : IDisposable
{
    private const int CopyFloats = 1 << 26;
    private readonly Tensor[] _weights;

    /// <param name="config">Weights of these sizes are made: one of each kind and layer, so that no cache holds them longer than the engine's.</param>
    public Yardsticks(LlamaConfig config)
    {
        var (hidden, inner, keyValue) = (config.HiddenSize, config.IntermediateSize, config.KeyValueHeads * config.HeadDim);
        (long Out, long In)[] layer = [(hidden, hidden), (keyValue, hidden), (keyValue, hidden), (hidden, hidden), (inner, hidden), (inner, hidden), (hidden, inner)];
        _weights = [.. Enumerable.Repeat(layer, config.Layers).SelectMany(shapes => shapes).Append((config.VocabularySize, hidden))
            .Select(shape => rand([shape.Item1, shape.Item2], ScalarType.Float32).DetachFromDisposeScope())];
    }

    /// <summary>Weights of all products, in number.</summary>
    public long Parameters => _weights.Sum(weight => weight.NumberOfElements);

    /// <summary>Seconds that the weight products of one step take for this many rows: the fastest of several passes.</summary>
    public double MatmulSeconds(int rows)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var inputs = _weights.Select(weight => weight.shape[1]).Distinct().ToDictionary(width => width, width => rand([rows, width], ScalarType.Float32));
        return Fastest(5, () =>
        {
            foreach (var weight in _weights)
            {
                nn.functional.linear(inputs[weight.shape[1]], weight).Dispose();
            }
        });
    }

    /// <summary>Bytes read and written per second by copying 256 MiB.</summary>
    public static double CopyBytesPerSecond()
    {
        var (source, destination) = (new float[CopyFloats], new float[CopyFloats]);
        source.AsSpan().Fill(1);
        var half = CopyFloats / 2;
        return 2.0 * sizeof(float) * CopyFloats / Fastest(5, () => Parallel.For(0, 2, part =>
            source.AsSpan(part * half, half).CopyTo(destination.AsSpan(part * half, half))));
    }

    private static double Fastest(int passes, Action action)
    {
        action();
        return Enumerable.Range(0, passes).Min(_ =>
        {
            var start = Stopwatch.GetTimestamp();
            action();
            return Stopwatch.GetElapsedTime(start).TotalSeconds;
        });
    }

    public void Dispose() => Array.ForEach(_weights, weight => weight.Dispose());
}
