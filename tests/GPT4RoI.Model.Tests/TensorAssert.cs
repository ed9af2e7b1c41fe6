using GPT4RoI.Model.Native;
using static TorchSharp.torch;

namespace GPT4RoI.Model.Tests;

/// <summary>Compares tensors element by element.</summary>
internal static class TensorAssert
{
    /// <summary>Same shape, and no element further away than the tolerance; not-a-number is never close.</summary>
    public static void Close(Tensor expected, Tensor actual, double tolerance, string name = "tensor")
    {
        Assert.Equal(expected.shape, actual.shape);
        var (wanted, got) = (expected.ToArray<float>(ScalarType.Float32), actual.ToArray<float>(ScalarType.Float32));
        for (var index = 0; index < wanted.Length; index++)
        {
            var difference = Math.Abs((double)wanted[index] - got[index]);
            Assert.True(difference <= tolerance, $"{name}[{index}] is {got[index]}, expected {wanted[index]} ± {tolerance}");
        }
    }
}
