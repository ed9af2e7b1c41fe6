using System.Buffers;
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
        var buffer = ArrayPool<byte>.Shared.Rent(ChunkBytes);
        try
        {
            var chunk = buffer.AsMemory(0, ChunkBytes);
            int length;
            do
            {
                length = await content.ReadAtLeastAsync(chunk, ChunkBytes, throwOnEndOfStream: false, options.CancellationToken)
                    .ConfigureAwait(false);
            }
            while (length > 0 && await TryWriteAsync(call.RequestStream, chunk[..length]).ConfigureAwait(false));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
        await TryCompleteAsync(call.RequestStream).ConfigureAwait(false);
        return (await call.ResponseAsync.ConfigureAwait(false)).Image;
    }

    /// <summary>False if the server has already answered, as it does to refuse an upload early: its response then says why.</summary>
    private static async Task<bool> TryWriteAsync(IClientStreamWriter<V1.UploadImageRequest> requests, ReadOnlyMemory<byte> chunk)
    {
        try
        {
            await requests.WriteAsync(new V1.UploadImageRequest { Chunk = UnsafeByteOperations.UnsafeWrap(chunk) }).ConfigureAwait(false);
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
