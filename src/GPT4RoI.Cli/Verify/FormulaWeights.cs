using System.Text.Json;
using GPT4RoI.Model.Weights;
using static TorchSharp.torch;

namespace GPT4RoI.Cli.Verify;

/// <summary>
/// The weights and inputs of the full-size region module, made from the formula in a fixture's manifest: an integer hash of the flat index, scaled.
/// A gigabyte of weights needs no file that way.
/// </summary>
internal sealed class FormulaWeights : IWeightSource
{
    private const float TwoToMinus23 = 1.1920929e-7f;
    private readonly Dictionary<string, Entry> _entries;

    public FormulaWeights(IEnumerable<Entry> entries)
    {
        _entries = entries.ToDictionary(entry => entry.Name);
        Tensors = _entries.ToDictionary(entry => entry.Key, entry => new TensorInfo(ScalarType.Float32, entry.Value.Shape));
    }

    public IReadOnlyDictionary<string, TensorInfo> Tensors { get; }

    /// <summary>The entries of one array (<c>weights</c>, <c>inputs</c>) of a manifest.</summary>
    public static FormulaWeights FromManifest(JsonElement array) => new(array.EnumerateArray().Select(item => new Entry(
        item.GetProperty("name").GetString()!,
        [.. item.GetProperty("shape").EnumerateArray().Select(side => side.GetInt64())],
        item.GetProperty("seed").GetUInt32(),
        item.GetProperty("scale").GetSingle(),
        item.GetProperty("base").GetSingle(),
        [.. item.GetProperty("first4").EnumerateArray().Select(value => value.GetSingle())],
        item.GetProperty("sum_f64").GetDouble())));

    /// <summary>float32, in the entry's shape; the caller disposes it.</summary>
    public Tensor Read(string name)
    {
        var entry = _entries[name];
        return tensor(Values(entry), dtype: ScalarType.Float32).reshape(entry.Shape);
    }

    /// <summary>Checks the generator itself against the manifest's first values and sum.</summary>
    public IEnumerable<VerifyResult> CheckGenerator(string stage)
    {
        foreach (var entry in _entries.Values)
        {
            var values = Values(entry);
            var sum = 0.0;
            foreach (var value in values)
            {
                sum += value;
            }
            var first = Compare.Exact(stage, "generator " + entry.Name, values[..entry.First.Length], entry.First);
            // Addition in another order moves the last digits of a sum of up to 2e8 terms.
            yield return first.Passed && Math.Abs(sum - entry.Sum) > 1e-9 * values.Length + 1e-9
                ? Compare.Fault(stage, first.Case, $"sum {sum:R}, expected {entry.Sum:R}")
                : first;
        }
    }

    public void Dispose()
    {
    }

    private static float[] Values(Entry entry)
    {
        var values = new float[entry.Shape.Aggregate(1L, (product, side) => product * side)];
        Parallel.For(0, (values.Length + Chunk - 1) / Chunk, chunk =>
        {
            var end = Math.Min(values.Length, (chunk + 1) * Chunk);
            for (var index = chunk * Chunk; index < end; index++)
            {
                var scaled = Unit(unchecked((uint)index), entry.Seed) * entry.Scale; // a product of its own: no fused multiply-add
                values[index] = scaled + entry.Base;
            }
        });
        return values;
    }

    private const int Chunk = 1 << 16;

    private static float Unit(uint index, uint seed)
    {
        unchecked
        {
            var hash = index * 0x9E3779B1u + seed;
            hash = (hash ^ (hash >> 16)) * 0x85EBCA6Bu;
            hash = (hash ^ (hash >> 13)) * 0xC2B2AE35u;
            hash ^= hash >> 16;
            return ((int)(hash >> 8) - (1 << 23)) * TwoToMinus23;
        }
    }

    /// <summary>One tensor of the manifest.</summary>
    internal sealed record Entry(string Name, long[] Shape, uint Seed, float Scale, float Base, float[] First, double Sum);
}
