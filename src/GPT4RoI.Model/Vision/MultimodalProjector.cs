using GPT4RoI.Model.Layers;
using GPT4RoI.Model.Weights;
using static TorchSharp.torch;

namespace GPT4RoI.Model.Vision;

/// <summary>Maps the deepest feature level into the language model's embedding space (LLaVA's <c>mm_projector</c>).</summary>
public sealed class MultimodalProjector : IDisposable
{
    private readonly ModelPlacement _placement;
    private readonly Linear _projection;

    /// <param name="visionSize">CLIP's width.</param>
    /// <param name="hiddenSize">LLaMA's width.</param>
    /// <param name="loader">Scoped to <c>model.mm_projector</c>; its source must outlive the projector.</param>
    public MultimodalProjector(int visionSize, int hiddenSize, WeightLoader loader)
    {
        _placement = loader.Placement;
        _projection = new(loader, visionSize, hiddenSize);
    }

    /// <summary>[…, visionChannels] of any float dtype and device to […, hidden] in the placement's dtype. The caller disposes the result.</summary>
    public Tensor Forward(Tensor features)
    {
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        return _projection.Forward(features.to(_placement.Device).to(_placement.Dtype)).MoveToOuterDisposeScope();
    }

    public void Dispose() => _projection.Dispose();
}
