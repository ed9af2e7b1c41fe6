using static TorchSharp.torch;

namespace GPT4RoI.Model.Language;

/// <summary>Paged attention in torch operations, for any device and dtype: gathers each sequence's blocks. The reference.</summary>
public sealed class TorchPagedAttention : IPagedAttention
{
    /// <inheritdoc/>
    public Tensor Forward(Tensor query, Tensor key, Tensor value, int layer, AttentionBatch batch, KvCache cache)
    {
        using var scope = NewDisposeScope();
        var (keys, values) = (cache.Keys(layer), cache.Values(layer));
        var slots = tensor(batch.SlotMapping, device: query.device).to(ScalarType.Int64); // [tokens]
        keys.flatten(0, 1).index_copy_(0, slots, key);
        values.flatten(0, 1).index_copy_(0, slots, value);
        var outputs = new Tensor[batch.Sequences];
        for (var sequence = 0; sequence < outputs.Length; sequence++)
        {
            var own = query.narrow(0, batch.QueryStarts[sequence], batch.QueryLength(sequence));
            outputs[sequence] = Attend(own, keys, values, batch.BlockTables[sequence], batch.ContextLengths[sequence]);
        }
        return cat(outputs).MoveToOuterDisposeScope();
    }

    private static Tensor Attend(Tensor query, Tensor keys, Tensor values, int[] blockTable, int context)
    {
        using var scope = NewDisposeScope();
        var blocks = tensor(blockTable.AsSpan(0, (int)((context + keys.shape[1] - 1) / keys.shape[1])).ToArray(), device: query.device);
        var (queries, group) = (query.shape[0], query.shape[1] / keys.shape[2]);
        var causal = ones([queries, context], ScalarType.Bool, query.device).tril(context - queries);
        return nn.functional.scaled_dot_product_attention(
            query.transpose(0, 1).unsqueeze(0), Gather(keys), Gather(values), causal) // [1, heads, queries, headDim]
            .squeeze(0).transpose(0, 1).contiguous().MoveToOuterDisposeScope();

        // [1, heads, context, headDim]
        Tensor Gather(Tensor cached) => cached.index_select(0, blocks).flatten(0, 1).narrow(0, 0, context)
            .transpose(0, 1).repeat_interleave(group, 0).unsqueeze(0);
    }
}
