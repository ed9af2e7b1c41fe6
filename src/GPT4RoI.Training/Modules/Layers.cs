using GPT4RoI.Model.Native;
using static TorchSharp.torch;

namespace GPT4RoI.Training.Modules;

/// <summary>
/// Layers over parameters. Products are computed in the input's dtype, to which float32 parameters are rounded as they are used; norms in float32.
/// </summary>
internal static class Layers
{
    public static Tensor Linear(Tensor input, Tensor weight, Tensor? bias = null) =>
        nn.functional.linear(input, weight.to(input.dtype), bias?.to(input.dtype));

    /// <summary>The layer of this name, with a bias.</summary>
    public static Tensor Linear(Tensor input, ParameterSet parameters, string name) =>
        Linear(input, parameters[name + ".weight"], parameters[name + ".bias"]);

    /// <summary>LayerNorm over the last dimension.</summary>
    public static Tensor Norm(Tensor input, ParameterSet parameters, string name, double epsilon)
    {
        var (weight, bias) = (parameters[name + ".weight"], parameters[name + ".bias"]);
        return nn.functional.layer_norm(input.to(ScalarType.Float32), weight.shape, weight, bias, epsilon).to(input.dtype);
    }

    /// <summary>Root-mean-square norm over the last dimension.</summary>
    public static Tensor RmsNorm(Tensor input, Tensor weight, double epsilon)
    {
        var wide = input.to(ScalarType.Float32);
        var scale = (wide * wide).mean([-1], keepdim: true).Plus(epsilon).rsqrt(); // [..., 1]
        return (wide * scale * weight).to(input.dtype);
    }

    /// <summary>
    /// A 3×3 convolution that keeps the size. Input and result lie channels last: in the other layout the CPU's backward reads memory that nobody has
    /// written where the channels are no multiple of 16, and is slower.
    /// </summary>
    public static Tensor Convolution(Tensor map, Tensor weight, Tensor? bias = null)
    {
        var lastly = map.permute(0, 2, 3, 1).contiguous().permute(0, 3, 1, 2);
        return nn.functional.conv2d(lastly, weight.to(map.dtype), bias?.to(map.dtype), padding: [1, 1]);
    }
}
