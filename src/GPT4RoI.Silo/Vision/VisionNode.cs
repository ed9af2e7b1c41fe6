using GPT4RoI.Engine.Vision;
using GPT4RoI.Model.Vision;

namespace GPT4RoI.Silo.Vision;

/// <summary>What a node with the role <c>vision</c> has loaded: from an image's bytes to its features.</summary>
internal sealed class VisionNode(DecodePool decoders, ImagePreprocessor preprocessor, ImageEncoder encoder, long maxPixels)
{
    /// <summary>Decodes, preprocesses and encodes, none of it on the caller's thread.</summary>
    /// <exception cref="OperationCanceledException">The caller gave up.</exception>
    public async Task<VisionOutcome<ImageFeatures>> EncodeAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        var pixels = await decoders.RunAsync(() => Decode(bytes), cancellationToken).ConfigureAwait(false);
        return pixels.TryGet(out var values)
            ? await encoder.EncodeAsync(values, cancellationToken).ConfigureAwait(false)
            : pixels.Fault;
    }

    /// <summary>float32 [3, side, side].</summary>
    private VisionOutcome<float[]> Decode(ReadOnlyMemory<byte> bytes) =>
        ImageDecoder.TryDecode(bytes, maxPixels, out var image, out _) ? preprocessor.Preprocess(image) : VisionFault.Invalid;
}
