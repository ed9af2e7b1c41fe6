using Google.Protobuf;
using Grpc.Core;

namespace GPT4RoI.Client.Transport;

/// <summary>Sends an image in chunks.</summary>
internal static class ImageUpload
{
    public const int ChunkBytes = 256 * 1024;

    /// <summary>Sends <paramref name="content"/> from its current position to its end, one chunk in memory at a time.</summary>
    public static async Task<V1.Image> SendAsync(V1.ImageService.ImageServiceClient images, Stream content, CallOptions options)
    {
        using var call = images.UploadImage(options);
        var chunk = new byte[ChunkBytes].AsMemory(); // not pooled: a write that the server's answer ended may hold it a little longer
        int length;
        do
        {
            length = await content.ReadAtLeastAsync(chunk, ChunkBytes, throwOnEndOfStream: false, options.CancellationToken).ConfigureAwait(false);
        }
        while (length > 0 && await TryWriteAsync(call, chunk[..length]).ConfigureAwait(false));
        await TryCompleteAsync(call.RequestStream).ConfigureAwait(false);
        return (await call.ResponseAsync.ConfigureAwait(false)).Image;
    }

    /// <summary>
    /// False if the server has already answered, as it does to refuse an upload early: its response then says why. A write may wait for a server that
    /// reads no more, so the answer ends it.
    /// </summary>
    private static async Task<bool> TryWriteAsync(AsyncClientStreamingCall<V1.UploadImageRequest, V1.UploadImageResponse> call, ReadOnlyMemory<byte> chunk)
    {
        try
        {
            var write = call.RequestStream.WriteAsync(new V1.UploadImageRequest { Chunk = UnsafeByteOperations.UnsafeWrap(chunk) });
            if (await Task.WhenAny(write, call.ResponseAsync).ConfigureAwait(false) != write)
            {
                _ = write.ContinueWith(late => late.Exception, TaskScheduler.Default); // observed, whatever becomes of it
                return false;
            }
            await write.ConfigureAwait(false);
            return true;
        }
        catch (Exception failure) when (failure is RpcException or InvalidOperationException)
        {
            return false;
        }
    }

    private static async Task TryCompleteAsync(IClientStreamWriter<V1.UploadImageRequest> requests)
    {
        try
        {
            await requests.CompleteAsync().ConfigureAwait(false);
        }
        catch (Exception failure) when (failure is RpcException or InvalidOperationException)
        {
            // The call is over already; its response says why.
        }
    }
}
