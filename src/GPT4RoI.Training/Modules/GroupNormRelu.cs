using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace GPT4RoI.Training.Modules;

/// <summary>Group normalisation and ReLU of maps [batch, height, width, channels], contiguous: the C# kernel on the CPU, torch elsewhere.</summary>
internal sealed class GroupNormRelu : autograd.SingleTensorFunction<GroupNormRelu>
{
    private const string Groups = "groups";
    private const double Epsilon = 1e-5;

    public override string Name => nameof(GroupNormRelu);

    /// <summary>float32 of the input's shape; the caller disposes it.</summary>
    public static Tensor Apply(Tensor input, Tensor weight, Tensor bias, int groups) => input.device.type == TorchSharp.DeviceType.CPU
        ? apply(input.contiguous(), weight, bias, groups)
        : nn.functional.group_norm(input.permute(0, 3, 1, 2), groups, weight, bias, Epsilon).relu().permute(0, 2, 3, 1);

    /// <inheritdoc/>
    public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
    {
        var (input, weight, bias, groups) = ((Tensor)vars[0], (Tensor)vars[1], (Tensor)vars[2], (int)vars[3]);
        var output = empty_like(input);
        var images = (int)input.shape[0];
        var statistics = (Means: new float[images * groups], Scales: new float[images * groups]);
        Parallel.For(0, images, Options(), image => new GroupNormKernel((int)weight.shape[0], groups, Epsilon, Values(weight), Values(bias)).Forward(
            Image(input, image, images), Image(output, image, images),
            statistics.Means.AsSpan(image * groups, groups), statistics.Scales.AsSpan(image * groups, groups)));
        ctx.save_for_backward([input, weight, bias, output]);
        ctx.save_data(Groups, (groups, statistics.Means, statistics.Scales));
        return output;
    }

    /// <inheritdoc/>
    public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output)
    {
        using var scope = NewDisposeScope();
        var saved = ctx.get_saved_variables();
        var (input, weight, bias, output, gradient) = (saved[0], saved[1], saved[2], saved[3], grad_output.contiguous());
        var (groups, means, scales) = ((int, float[], float[]))ctx.get_data(Groups);
        var (images, channels, result) = ((int)input.shape[0], (int)weight.shape[0], empty_like(input));
        double[] weightSums = new double[images * channels], biasSums = new double[images * channels];
        Parallel.For(0, images, Options(), image => new GroupNormKernel(channels, groups, Epsilon, Values(weight), Values(bias)).Backward(
            Image(input, image, images), Image(output, image, images), Image(gradient, image, images),
            means.AsSpan(image * groups, groups), scales.AsSpan(image * groups, groups),
            Image(result, image, images), weightSums.AsSpan(image * channels, channels), biasSums.AsSpan(image * channels, channels)));
        return [result.DetachFromDisposeScope(), Sum(weightSums), Sum(biasSums), null!];

        Tensor Sum(double[] sums) => tensor(sums).view(images, channels).sum([0]).to(ScalarType.Float32).DetachFromDisposeScope(); // [channels]
    }

    private static ParallelOptions Options() => new() { MaxDegreeOfParallelism = get_num_threads() };

    private static Span<float> Values(Tensor tensor) => MemoryMarshal.Cast<byte, float>(tensor.bytes);

    private static Span<float> Image(Tensor maps, int image, int images)
    {
        var values = Values(maps);
        return values.Slice(image * (values.Length / images), values.Length / images);
    }
}
