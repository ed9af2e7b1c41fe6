using Google.Protobuf;
using Grpc.Core;

namespace GPT4RoI.Gateway.Rest;

/// <summary>The body of a request as the chunks of an upload.</summary>
internal sealed class BodyChunks(Stream body) : IAsyncStreamReader<V1.UploadImageRequest>
{
    private readonly byte[] _buffer = new byte[64 * 1024];

    public V1.UploadImageRequest Current { get; private set; } = new();

    public async Task<bool> MoveNext(CancellationToken cancellationToken)
    {
        var length = await body.ReadAsync(_buffer, cancellationToken);
        Current = new() { Chunk = ByteString.CopyFrom(_buffer, 0, length) };
        return length > 0;
    }
}
