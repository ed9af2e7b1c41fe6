using GPT4RoI.Gateway.Errors;
using Grpc.Core;
using Microsoft.Extensions.Options;

namespace GPT4RoI.Gateway.Admission;

/// <summary>Receives an upload within the limits of count, size and time; a byte too many ends the call, it is not collected first.</summary>
internal sealed class UploadReceiver(AdmissionGate gate, IOptions<AdmissionOptions> options, TimeProvider time)
{
    private const string Field = "chunk";

    private readonly AdmissionOptions _limits = options.Value;

    /// <summary>Receives the chunks and hands their bytes to <paramref name="store"/>, which runs inside the same slot.</summary>
    public Task<T> ReceiveAsync<T>(
        IAsyncStreamReader<V1.UploadImageRequest> chunks,
        string tenant,
        Func<ArraySegment<byte>, CancellationToken, Task<T>> store,
        CancellationToken cancellationToken) =>
        ReceiveAsync(tenant, async token => await store(await CollectAsync(chunks, token), token), cancellationToken);

    /// <summary>Runs <paramref name="receive"/> in a slot for an upload, for <see cref="AdmissionOptions.UploadTimeout"/> at most.</summary>
    public async Task<T> ReceiveAsync<T>(string tenant, Func<CancellationToken, Task<T>> receive, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(_limits.UploadTimeout, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, limit.Token);
        try
        {
            using var slot = (await gate.EnterUploadAsync(tenant, both.Token)).OrThrow();
            return await receive(both.Token);
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            var message = $"The upload took longer than {_limits.UploadTimeout.TotalSeconds} s.";
            throw new ClusterErrorException(new(ErrorCode.DeadlineExceeded, "UPLOAD_TIMEOUT", message));
        }
    }

    private async Task<ArraySegment<byte>> CollectAsync(IAsyncStreamReader<V1.UploadImageRequest> chunks, CancellationToken cancellationToken)
    {
        var image = new MemoryStream();
        while (await chunks.MoveNext(cancellationToken))
        {
            var chunk = chunks.Current.Chunk;
            if (chunk.Length > _limits.MaxChunkBytes)
            {
                throw Refused("CHUNK_TOO_LARGE", $"A chunk has {chunk.Length} bytes; the limit is {_limits.MaxChunkBytes}.");
            }
            if (image.Length + chunk.Length > _limits.MaxImageBytes)
            {
                throw Refused("IMAGE_TOO_LARGE", $"The upload is larger than the limit of {_limits.MaxImageBytes} bytes.");
            }
            image.Write(chunk.Span);
        }
        return image.Length > 0
            ? new(image.GetBuffer(), 0, (int)image.Length)
            : throw Refused("IMAGE_EMPTY", "The upload is empty.");
    }
    private static ClusterErrorException Refused(string reason, string message) => new(Invalid.Field(Field, reason, message));
}
