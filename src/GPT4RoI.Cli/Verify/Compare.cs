using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace GPT4RoI.Cli.Verify;

/// <summary>Differences between what we computed and what a fixture says.</summary>
internal static class Compare
{
    /// <summary>Element by element in float64; a different shape is a fault of its own.</summary>
    public static VerifyResult Tensors(string stage, string name, Tensor actual, Tensor expected, double tolerance)
    {
        if (!actual.shape.SequenceEqual(expected.shape))
        {
            return Fault(stage, name, $"shape [{string.Join(", ", actual.shape)}], expected [{string.Join(", ", expected.shape)}]");
        }
        using var ours = actual.cpu().to_type(ScalarType.Float32).contiguous();
        using var theirs = expected.cpu().to_type(ScalarType.Float32).contiguous();
        return Values(stage, name, MemoryMarshal.Cast<byte, float>(ours.bytes), MemoryMarshal.Cast<byte, float>(theirs.bytes), tolerance);
    }

    /// <summary>Element by element in float64.</summary>
    public static VerifyResult Values(string stage, string name, ReadOnlySpan<float> actual, ReadOnlySpan<float> expected, double tolerance)
    {
        if (actual.Length != expected.Length)
        {
            return Fault(stage, name, $"{actual.Length} values, expected {expected.Length}");
        }
        double difference = 0, magnitude = 0;
        for (var index = 0; index < actual.Length; index++)
        {
            var here = Math.Abs((double)actual[index] - expected[index]);
            difference = double.IsNaN(here) ? double.NaN : Math.Max(difference, here); // Math.Max keeps a NaN once it is there
            magnitude = Math.Max(magnitude, Math.Abs((double)expected[index]));
        }
        return new(stage, name, difference, magnitude > 0 ? difference / magnitude : difference, tolerance);
    }

    /// <summary>Entry by entry, nothing tolerated.</summary>
    public static VerifyResult Exact<T>(string stage, string name, IReadOnlyList<T> actual, IReadOnlyList<T> expected)
    {
        if (actual.Count != expected.Count)
        {
            return Fault(stage, name, $"{actual.Count} entries, expected {expected.Count}");
        }
        var different = actual.Zip(expected).Count(pair => !EqualityComparer<T>.Default.Equals(pair.First, pair.Second));
        return new(stage, name, different, actual.Count > 0 ? (double)different / actual.Count : 0, 0);
    }

    /// <summary>One value, nothing tolerated.</summary>
    public static VerifyResult Exact(string stage, string name, string? actual, string? expected) =>
        actual == expected ? new(stage, name, 0, 0, 0) : Fault(stage, name, $"\"{actual}\", expected \"{expected}\"");

    /// <summary>A case that could not even be compared.</summary>
    public static VerifyResult Fault(string stage, string name, string note) => new(stage, name, double.NaN, double.NaN, 0, note);
}
