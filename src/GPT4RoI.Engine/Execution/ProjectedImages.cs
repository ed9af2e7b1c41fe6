using GPT4RoI.Engine.Caching;
using GPT4RoI.Engine.Requests;
using GPT4RoI.Model.Vision;
using static TorchSharp.torch;

namespace GPT4RoI.Engine.Execution;

/// <summary>
/// Image rows in the language model's embedding space, projected once for all chunks and prompts that show the same image to the same tenant.
/// </summary>
/// <param name="projector">Borrowed.</param>
/// <param name="channels">Floats in an image row.</param>
/// <param name="capacityBytes">Bytes kept.</param>
internal sealed class ProjectedImages(MultimodalProjector projector, int channels, long capacityBytes) : IDisposable
{
    private readonly ByteBoundedCache<ImageId, Tensor> _cache = new("projected_images", capacityBytes, Size, rows => rows.Dispose());

    // Two tenants' keys differ anyhow; that the salt counts too keeps this cache from relying on it.
    private readonly record struct ImageId(ContentKey Salt, ContentKey Key, int Rows);

    /// <summary>The span's rows, [length, hidden] in the model's dtype. Borrowed: valid until the next call or the end of the caller's dispose scope.</summary>
    public Tensor Get(ContentKey salt, EmbeddingSpan span)
    {
        var id = new ImageId(salt, span.Key, span.Length);
        if (_cache.TryGet(id, out var cached))
            return cached;
        var rows = projector.Forward(tensor(span.Values.ToArray(), [span.Length, channels])); // [length, hidden]
        // The cache would dispose of what is too large for it.
        if (Size(rows) + ByteBoundedCache<ImageId, Tensor>.EntryOverhead <= capacityBytes)
            _cache.Add(id, rows.DetachFromDisposeScope());
        return rows;
    }

    /// <inheritdoc/>
    public void Dispose() => _cache.Dispose();

    private static long Size(Tensor rows) => rows.NumberOfElements * rows.ElementSize;
}
