using System.Buffers;

namespace GPT4RoI.Model.Language;

/// <summary>
/// Attention of one tile over one key head: scores of all rows block by block, a softmax per row, then the weighted sum of values block by block.
/// Scores are kept whole (two passes) instead of rescaled online: a row of them is small beside the keys it came from.
/// </summary>
internal static unsafe class AttentionTileKernel
{
    public static void Run(AttentionTile tile, int keyHead, AttentionRows rows, KvPages pages)
    {
        var (count, context, width) = (tile.Tokens * rows.Group, tile.Context, pages.HeadDim);
        var scratch = ArrayPool<float>.Shared.Rent(count * (context + 2 * width));
        fixed (float* scores = scratch) // [rows, context]
        {
            var queries = scores + count * context; // [rows, headDim]
            var sums = queries + count * width; // [rows, headDim]
            var scale = 1 / MathF.Sqrt(width);
            for (var row = 0; row < count; row++)
            {
                VectorMath.Scale(rows.Query(tile, keyHead, row), scale, queries + row * width, width);
            }
            for (var start = 0; start < context; start += pages.BlockSize)
            {
                var keys = pages.Keys(tile.BlockTable[start / pages.BlockSize], keyHead);
                VectorMath.Dots(queries, count, width, keys, Math.Min(pages.BlockSize, context - start), pages.TokenStride, scores + start, context);
            }
            for (var row = 0; row < count; row++)
            {
                var seen = context - tile.Tokens + row / rows.Group + 1;
                VectorMath.Softmax(scores + row * context, seen);
                new Span<float>(scores + row * context + seen, context - seen).Clear();
            }
            new Span<float>(sums, count * width).Clear();
            for (var start = 0; start < context; start += pages.BlockSize)
            {
                var values = pages.Values(tile.BlockTable[start / pages.BlockSize], keyHead);
                VectorMath.AddWeighted(scores + start, context, count, values, Math.Min(pages.BlockSize, context - start), pages.TokenStride, sums, width);
            }
            for (var row = 0; row < count; row++)
            {
                new Span<float>(sums + row * width, width).CopyTo(new Span<float>(rows.Result(tile, keyHead, row), width));
            }
        }
        ArrayPool<float>.Shared.Return(scratch);
    }
}
