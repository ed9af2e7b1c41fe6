using GPT4RoI.Training.Modules;
using static TorchSharp.torch;

namespace GPT4RoI.Training.Tests.Modules;

public sealed class GroupNormReluTests
{
    [Theory]
    [InlineData(1, 8, 4, 3)]
    [InlineData(3, 32, 8, 9)]
    [InlineData(2, 12, 3, 16)]
    [InlineData(2, 20, 1, 5)]
    public void Apply_AnyShape_GivesTorchsValuesAndGradients(int batch, int channels, int groups, int size)
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(4);
        Tensor Draw(params long[] shape) => randn(shape, generator: generator);
        var (input, weight, bias) = (Draw(batch, size, size, channels).add_(2), Draw(channels), Draw(channels));
        var gradient = Draw(batch, size, size, channels);

        var ours = Run((x, w, b) => GroupNormRelu.Apply(x, w, b, groups));
        // In the layout in which torch's own kernel is reliable.
        var theirs = Run((x, w, b) => nn.functional.group_norm(x.permute(0, 3, 1, 2).contiguous(), groups, w, b, 1e-5).relu().permute(0, 2, 3, 1));

        foreach (var (name, expected, actual) in new[] { "output", "input", "weight", "bias" }.Zip(theirs, ours))
        {
            TensorAssert.Close(expected, actual, 2e-4, name);
        }

        Tensor[] Run(Func<Tensor, Tensor, Tensor, Tensor> function)
        {
            var leaves = new[] { input, weight, bias }.Select(value => value.clone().requires_grad_(true)).ToArray();
            var output = function(leaves[0], leaves[1], leaves[2]);
            output.backward([gradient]);
            return [output, .. leaves.Select(leaf => leaf.grad!)];
        }
    }
}
