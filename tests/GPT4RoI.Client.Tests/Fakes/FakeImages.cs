using System.Security.Cryptography;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;

namespace GPT4RoI.Client.Tests.Fakes;

/// <summary>Stores descriptions of uploads by the hash of their bytes.</summary>
internal sealed class FakeImages(FakeGateway gateway) : V1.ImageService.ImageServiceBase
{
    public override async Task<V1.UploadImageResponse> UploadImage(IAsyncStreamReader<V1.UploadImageRequest> requestStream, ServerCallContext context)
    {
        await (gateway.OnUpload?.Invoke(context) ?? Task.CompletedTask);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var sizes = new List<int>();
        await foreach (var request in requestStream.ReadAllAsync(context.CancellationToken))
        {
            hash.AppendData(request.Chunk.Span);
            sizes.Add(request.Chunk.Length);
        }
        gateway.Uploads.Enqueue([.. sizes]);
        var image = new V1.Image
        {
            Id = "img-" + Convert.ToHexStringLower(hash.GetHashAndReset()),
            Width = 640,
            Height = 480,
            MediaType = "image/png",
            SizeBytes = sizes.Sum(),
            CreatedAt = Timestamp.FromDateTimeOffset(DateTimeOffset.UnixEpoch),
        };
        gateway.Images[image.Id] = image;
        return new V1.UploadImageResponse { Image = image };
    }

    public override Task<V1.GetImageResponse> GetImage(V1.GetImageRequest request, ServerCallContext context) =>
        Task.FromResult(new V1.GetImageResponse { Image = gateway.Images.GetValueOrDefault(request.ImageId) ?? throw Failures.NotFound("No such image.") });

    public override Task<V1.DeleteImageResponse> DeleteImage(V1.DeleteImageRequest request, ServerCallContext context) =>
        gateway.Images.TryRemove(request.ImageId, out _)
            ? Task.FromResult(new V1.DeleteImageResponse())
            : throw Failures.NotFound("No such image.");
}
