using GPT4RoI.Gateway.Admission;
using GPT4RoI.Gateway.Errors;
using GPT4RoI.Gateway.Images;
using GPT4RoI.Gateway.Mapping;
using GPT4RoI.Gateway.Tenants;
using Grpc.Core;
using Microsoft.Extensions.Options;

namespace GPT4RoI.Gateway.Services;

/// <summary>gpt4roi.v1.ImageService.</summary>
internal sealed class ImageGrpcService(UploadReceiver receiver, ImageStore images, EncodeAhead encoder, IOptions<AdmissionOptions> limits)
    : V1.ImageService.ImageServiceBase
{
    public override async Task<V1.UploadImageResponse> UploadImage(IAsyncStreamReader<V1.UploadImageRequest> requestStream, ServerCallContext context)
    {
        var tenant = context.Tenant();
        var image = await receiver.ReceiveAsync(
            requestStream,
            tenant.Id,
            (bytes, cancellationToken) => images.PutAsync(tenant, bytes, ImageHeader.Read(bytes, limits.Value).OrThrow(), cancellationToken),
            context.CancellationToken);
        encoder.TryStart(tenant, image);
        return new() { Image = image.ToProto() };
    }

    public override async Task<V1.GetImageResponse> GetImage(V1.GetImageRequest request, ServerCallContext context)
    {
        IdRules.Image(request.ImageId).ThrowIfFailed();
        var image = await images.FindAsync(context.Tenant(), request.ImageId, context.CancellationToken);
        return new() { Image = (image ?? throw NotFound.Image.ToRpcException()).ToProto() };
    }

    public override async Task<V1.DeleteImageResponse> DeleteImage(V1.DeleteImageRequest request, ServerCallContext context)
    {
        IdRules.Image(request.ImageId).ThrowIfFailed();
        return await images.DeleteAsync(context.Tenant(), request.ImageId, context.CancellationToken) ? new() : throw NotFound.Image.ToRpcException();
    }
}
