using GPT4RoI.Model;
using static TorchSharp.torch;

namespace GPT4RoI.Training.Modules;

/// <summary>GPT4RoI as a differentiable function of its parameters.</summary>
internal sealed class TrainableModel : IDisposable
{
    private readonly Gpt4RoiConfig _config;
    private readonly ParameterSet _parameters;
    private readonly LanguageTrunk _language;

    /// <param name="config">Sizes.</param>
    /// <param name="parameters">Borrowed; may change between calls.</param>
    /// <param name="options">How to compute.</param>
    public TrainableModel(Gpt4RoiConfig config, ParameterSet parameters, ComputeOptions options)
    {
        (_config, _parameters) = (config, parameters);
        Vision = new(parameters, config, options);
        Pyramid = new(parameters, config, options);
        Regions = new(parameters, config);
        _language = new(parameters, config.Language, options);
    }

    public VisionTrunk Vision { get; }

    public PyramidTrunk Pyramid { get; }

    public RegionTrunk Regions { get; }

    /// <summary>The cross-entropy of every labelled token, summed: [] float32. The caller disposes it.</summary>
    public Tensor Loss(InstructionBatch batch)
    {
        using var scope = NewDisposeScope();
        var hidden = _language.Forward(Embed(batch)).flatten(0, 1) // [batch·tokens, hidden]
            .index_select(0, tensor(batch.Predicting, device: _parameters.Device)); // [labelled, hidden]
        var targets = tensor(batch.Targets, device: _parameters.Device);
        return nn.functional.cross_entropy(_language.Logits(hidden), targets, reduction: nn.Reduction.Sum).MoveToOuterDisposeScope();
    }

    /// <summary>Scores of every position: [batch, tokens, vocabulary] float32. The caller disposes them.</summary>
    public Tensor Logits(InstructionBatch batch)
    {
        using var scope = NewDisposeScope();
        return _language.Logits(_language.Forward(Embed(batch))).MoveToOuterDisposeScope();
    }

    /// <summary>Token embeddings with image features and region vectors in their places: [batch, tokens, hidden]. The caller disposes them.</summary>
    public Tensor Embed(InstructionBatch batch)
    {
        using var scope = NewDisposeScope();
        var side = _config.Vision.ImageSize;
        var device = _parameters.Device;
        var words = _language.Embed(tensor(batch.Ids, device: device)); // [batch·tokens, hidden]
        if (batch.Pictures == 0)
        {
            return words.view(batch.Size, batch.Length, -1).MoveToOuterDisposeScope(); // [batch, tokens, hidden]
        }
        var levels = Vision.Forward(tensor(batch.Pixels, device: device).view(batch.Pictures, 3, side, side));
        var features = Layers.Linear(levels[^1], _parameters, LanguageCatalog.Projector).flatten(0, 1); // [batch·patches, hidden]
        var inserted = batch.Regions is null ? features : cat([features, Regions.Forward(Pyramid.Forward(levels), batch.Regions)]);
        return words.index_copy(0, tensor(batch.Replaced, device: device), inserted)
            .view(batch.Size, batch.Length, -1).MoveToOuterDisposeScope(); // [batch, tokens, hidden]
    }

    public void Dispose() => _language.Dispose();
}
