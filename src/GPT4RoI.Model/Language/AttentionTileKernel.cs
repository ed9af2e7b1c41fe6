using System.Buffers;

namespace GPT4RoI.Model.Language;

/// <summary>
/// Attention of one tile over some key heads: scores of all rows block by block, a softmax per row, then the weighted sum of values block by block.
/// Scores are kept whole (two passes) instead of rescaled online: a row of them is small beside the keys it came from.
/// </summary>
internal static unsafe class AttentionTileKernel
{
    public static void Run(AttentionTile tile, int firstHead, int heads, AttentionRows rows, KvPages pages)
    {
        var (count, context, width) = (tile.Tokens * rows.Group, tile.Context, pages.HeadDim);
        var scratch = ArrayPool<float>.Shared.Rent(heads * count * (context + 2 * width));
        fixed (float* scores = scratch) // [heads, rows, context]
        {
            var queries = scores + heads * count * context; // [heads, rows, headDim]
            var sums = queries + heads * count * width; // [heads, rows, headDim]
            var scale = 1 / MathF.Sqrt(width);
            for (var row = 0; row < heads * count; row++)
            {
                VectorMath.Scale(rows.Query(tile, firstHead + row / count, row % count), scale, queries + row * width, width);
            }
            for (var start = 0; start < context; start += pages.BlockSize)
            {
                var (block, tokens) = (tile.BlockTable[start / pages.BlockSize], Math.Min(pages.BlockSize, context - start));
                if (start + pages.BlockSize < context)
                {
                    pages.Prefetch(pages.Keys(tile.BlockTable[start / pages.BlockSize + 1], firstHead), heads);
                }
                for (var head = 0; head < heads; head++)
                {
                    VectorMath.Dots(
                        queries + head * count * width, count, width, pages.Keys(block, firstHead + head), tokens, pages.TokenStride,
                        scores + head * count * context + start, context);
                }
            }
            for (var row = 0; row < heads * count; row++)
            {
                var seen = context - tile.Tokens + row % count / rows.Group + 1;
                VectorMath.Softmax(scores + row * context, seen);
                new Span<float>(scores + row * context + seen, context - seen).Clear();
            }
            new Span<float>(sums, heads * count * width).Clear();
            for (var start = 0; start < context; start += pages.BlockSize)
            {
                var (block, tokens) = (tile.BlockTable[start / pages.BlockSize], Math.Min(pages.BlockSize, context - start));
                if (start + pages.BlockSize < context)
                {
                    pages.Prefetch(pages.Values(tile.BlockTable[start / pages.BlockSize + 1], firstHead), heads);
                }
                for (var head = 0; head < heads; head++)
                {
                    VectorMath.AddWeighted(
                        scores + head * count * context + start, context, count, pages.Values(block, firstHead + head), tokens, pages.TokenStride,
                        sums + head * count * width, width);
                }
            }
            for (var row = 0; row < heads * count; row++)
            {
                new Span<float>(sums + row * width, width).CopyTo(new Span<float>(rows.Result(tile, firstHead + row / count, row % count), width));
            }
        }
        ArrayPool<float>.Shared.Return(scratch);
    }
}
