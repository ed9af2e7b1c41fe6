using GPT4RoI.Model.Layers;
using GPT4RoI.Model.Weights;
using static TorchSharp.torch;

namespace GPT4RoI.Model.Regions;

/// <summary>Where a box is, as a vector (gpt4roi/models/layers.py: <c>MlvlRoIExtractor.pos_embedd</c>): twice linear, ReLU, LayerNorm.</summary>
internal sealed class PositionEmbedding : IDisposable
{
    private const double Epsilon = 1e-5;

    private readonly Linear _expand, _project;
    private readonly LayerNorm _hiddenNorm, _outputNorm;

    /// <param name="config">Sizes.</param>
    /// <param name="loader">Scoped to <c>pos_embedd</c>.</param>
    public PositionEmbedding(RegionConfig config, WeightLoader loader)
    {
        _expand = new(loader.Scope("0"), 4, config.PositionHidden);
        _hiddenNorm = new(loader.Scope("2"), config.PositionHidden, Epsilon);
        _project = new(loader.Scope("3"), config.PositionHidden, config.MiddleSize);
        _outputNorm = new(loader.Scope("5"), config.MiddleSize, Epsilon);
    }

    /// <summary>Normalised boxes [regions, 4] (x1, y1, x2, y2) to [regions, middle].</summary>
    public Tensor Forward(Tensor boxes)
    {
        using var scope = NewDisposeScope();
        var hidden = _hiddenNorm.Forward(_expand.Forward(boxes).relu_()); // [regions, positionHidden]
        return _outputNorm.Forward(_project.Forward(hidden).relu_()).MoveToOuterDisposeScope();
    }

    public void Dispose()
    {
        _expand.Dispose();
        _hiddenNorm.Dispose();
        _project.Dispose();
        _outputNorm.Dispose();
    }
}
