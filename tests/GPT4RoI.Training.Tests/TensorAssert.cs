using static TorchSharp.torch;

namespace GPT4RoI.Training.Tests;

internal static class TensorAssert
{
    /// <summary>Same shape, and no element further away than the tolerance; not-a-number is never close.</summary>
    public static void Close(Tensor expected, Tensor actual, double tolerance, string name = "tensor")
    {
        using var scope = NewDisposeScope();
        Assert.Equal(expected.shape, actual.shape);
        var difference = (expected.detach() - actual.detach()).abs().max().item<float>();
        Assert.True(difference <= tolerance, $"{name} is up to {difference} away, at most {tolerance}");
    }
}
