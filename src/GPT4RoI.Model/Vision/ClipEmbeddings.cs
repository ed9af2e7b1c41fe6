using GPT4RoI.Model.Native;
using GPT4RoI.Model.Weights;
using static TorchSharp.torch;

namespace GPT4RoI.Model.Vision;

/// <summary>Patches, class token and positions (Hugging Face <c>CLIPVisionEmbeddings</c>).</summary>
internal sealed class ClipEmbeddings : IDisposable
{
    private readonly Tensor _class, _patch, _position;
    private readonly long _patchSize;

    /// <param name="config">Sizes.</param>
    /// <param name="loader">Scoped to <c>embeddings</c>.</param>
    public ClipEmbeddings(ClipVisionConfig config, WeightLoader loader)
    {
        _patchSize = config.PatchSize;
        _class = loader.Require("class_embedding", config.HiddenSize);
        _patch = loader.Require("patch_embedding.weight", config.HiddenSize, 3, config.PatchSize, config.PatchSize);
        _position = loader.Require("position_embedding.weight", config.Patches + 1, config.HiddenSize);
    }

    /// <summary>[batch, 3, side, side] to [batch, 1 + patches, channels].</summary>
    public Tensor Forward(Tensor pixels)
    {
        using var scope = NewDisposeScope();
        var patches = nn.functional.conv2d(pixels, _patch, strides: [_patchSize, _patchSize]) // [batch, channels, grid, grid]
            .flatten(2).transpose(1, 2); // [batch, patches, channels]
        var first = _class.expand(pixels.shape[0], 1, -1); // [batch, 1, channels]
        return cat([first, patches], 1).PlusInPlace(_position).MoveToOuterDisposeScope();
    }

    public void Dispose()
    {
        _class.Dispose();
        _patch.Dispose();
        _position.Dispose();
    }
}
