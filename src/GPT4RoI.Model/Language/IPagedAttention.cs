using static TorchSharp.torch;

namespace GPT4RoI.Model.Language;

/// <summary>Causal attention of a ragged batch over keys and values in the blocks of a <see cref="KvCache"/>.</summary>
public interface IPagedAttention
{
    /// <summary>Writes the new keys and values to their slots, then attends: softmax(q·kᵀ / √headDim)·v, in float32 inside.</summary>
    /// <param name="query">[tokens, heads, headDim], rotated.</param>
    /// <param name="key">[tokens, keyValueHeads, headDim], rotated. Each key head serves heads / keyValueHeads consecutive query heads.</param>
    /// <param name="value">[tokens, keyValueHeads, headDim].</param>
    /// <param name="layer">Of the cache.</param>
    /// <param name="batch">Validated against the cache.</param>
    /// <param name="cache">Written to at the batch's slots, nowhere else.</param>
    /// <returns>[tokens, heads, headDim]. The caller disposes it.</returns>
    Tensor Forward(Tensor query, Tensor key, Tensor value, int layer, AttentionBatch batch, KvCache cache);
}
