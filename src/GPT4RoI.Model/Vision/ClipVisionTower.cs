using GPT4RoI.Model.Layers;
using GPT4RoI.Model.Weights;
using static TorchSharp.torch;

namespace GPT4RoI.Model.Vision;

/// <summary>
/// The CLIP ViT as GPT4RoI uses it (Hugging Face <c>CLIPVisionModel</c>; gpt4roi/models/spi_llava.py): the feature levels of an image. Layers behind the
/// deepest level, and post_layernorm, are neither loaded nor computed.
/// </summary>
public sealed class ClipVisionTower : IDisposable
{
    private readonly ClipVisionConfig _config;
    private readonly ModelPlacement _placement;
    private readonly int[] _levels;
    private readonly ClipEmbeddings _embeddings;
    private readonly LayerNorm _preNorm;
    private readonly ClipEncoderLayer[] _layers;

    /// <param name="config">Sizes.</param>
    /// <param name="levels">How many feature levels.</param>
    /// <param name="loader">Scoped to <c>vision_model</c>; its source must outlive the tower.</param>
    public ClipVisionTower(ClipVisionConfig config, int levels, WeightLoader loader)
    {
        _config = config;
        _placement = loader.Placement;
        _levels = ClipLevels.Indices(config, levels);
        _embeddings = new(config, loader.Scope("embeddings"));
        _preNorm = new(loader.Scope("pre_layrnorm"), config.HiddenSize, config.LayerNormEpsilon);
        _layers = [.. Enumerable.Range(0, _levels[^1]).Select(layer => new ClipEncoderLayer(config, loader.Scope($"encoder.layers.{layer}")))];
    }

    /// <summary>The feature levels of a batch of images.</summary>
    /// <param name="pixels">[batch, 3, side, side], preprocessed; any float dtype and device.</param>
    /// <param name="probe">
    /// Shown <c>embeddings_pre_layrnorm</c> and <c>hidden_states.i</c>, each [batch, 1 + patches, channels], as they are computed; the tensors are borrowed.
    /// </param>
    /// <returns>
    /// Levels shallow to deep, each [batch, patches, channels] in the placement's dtype, patches row by row, without the class token. The caller
    /// disposes them.
    /// </returns>
    /// <exception cref="ArgumentException">The pixels have another shape.</exception>
    public Tensor[] Forward(Tensor pixels, Action<string, Tensor>? probe = null)
    {
        if (pixels.shape is not [_, 3, var height, var width] || height != _config.ImageSize || width != _config.ImageSize)
        {
            throw new ArgumentException(
                $"Pixels are [{string.Join(", ", pixels.shape)}], expected [batch, 3, {_config.ImageSize}, {_config.ImageSize}].", nameof(pixels));
        }
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        var embedded = _embeddings.Forward(pixels.to(_placement.Device).to(_placement.Dtype)); // [batch, 1 + patches, channels]
        probe?.Invoke("embeddings_pre_layrnorm", embedded);
        var hidden = _preNorm.Forward(embedded);
        var levels = new List<Tensor>(_levels.Length);
        for (var state = 0; ; state++)
        {
            probe?.Invoke($"hidden_states.{state}", hidden);
            if (_levels.Contains(state))
            {
                levels.Add(hidden.narrow(1, 1, _config.Patches).contiguous().MoveToOuterDisposeScope()); // [batch, patches, channels]
            }
            if (state == _layers.Length)
            {
                return [.. levels];
            }
            var next = _layers[state].Forward(hidden);
            hidden.Dispose();
            hidden = next;
        }
    }

    public void Dispose()
    {
        _embeddings.Dispose();
        _preNorm.Dispose();
        Array.ForEach(_layers, layer => layer.Dispose());
    }
}
