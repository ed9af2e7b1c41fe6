using static TorchSharp.torch;

namespace GPT4RoI.Training.Modules;

/// <summary>
/// Gradient checkpointing (Chen et al., arXiv 1604.06174): of a layer only the input is kept, and its forward is computed again when its gradient is
/// wanted. Parameters' gradients are added where they lie; the input's is passed on.
/// </summary>
internal sealed class Recomputed : autograd.SingleTensorFunction<Recomputed>
{
    private const string Layer = "layer";

    public override string Name => nameof(Recomputed);

    /// <summary>The layer's output; kept whole where nothing is to be saved.</summary>
    /// <param name="enabled">Whether to save memory.</param>
    /// <param name="layer">A pure function of its input and of parameters.</param>
    /// <param name="input">Must require gradients for the layer's parameters to get theirs.</param>
    public static Tensor Run(bool enabled, Func<Tensor, Tensor> layer, Tensor input) =>
        enabled && input.requires_grad ? apply(layer, input) : layer(input);

    /// <inheritdoc/>
    public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
    {
        var (layer, input) = ((Func<Tensor, Tensor>)vars[0], (Tensor)vars[1]);
        ctx.save_data(Layer, layer);
        ctx.save_for_backward([input]);
        using var noGrad = no_grad();
        return layer(input);
    }

    /// <inheritdoc/>
    public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output)
    {
        using var scope = NewDisposeScope();
        using var grad = enable_grad();
        var input = ctx.get_saved_variables()[0].detach().requires_grad_(true);
        var output = ((Func<Tensor, Tensor>)ctx.get_data(Layer))(input);
        output.backward([grad_output]);
        return [null!, input.grad!.DetachFromDisposeScope()];
    }
}
