using System.Net.Mime;
using Google.Protobuf;
using GPT4RoI.Gateway.Admission;
using GPT4RoI.Gateway.Errors;
using GPT4RoI.Gateway.Hosting;
using GPT4RoI.Gateway.Images;
using GPT4RoI.Gateway.Mapping;
using Microsoft.Extensions.Options;

namespace GPT4RoI.Gateway.Rest;

/// <summary><c>POST /gpt4roi/v1/images</c>: an image as the body of one request, since a stream of chunks has no form in JSON.</summary>
internal sealed class ImageUpload(HttpDoor door, UploadReceiver receiver, ImageStore images, EncodeAhead encoder, IOptions<AdmissionOptions> limits)
{
    /// <summary>Where it is.</summary>
    public const string Path = "/gpt4roi/v1/images";

    // A page of another site can send other types without asking first.
    private static readonly string[] Types = [MediaTypeNames.Application.Octet, MediaTypeNames.Image.Png, MediaTypeNames.Image.Jpeg, MediaTypeNames.Image.Webp];

    private static readonly StatusErrors Errors = new();

    /// <summary>Receives one image.</summary>
    public Task UploadAsync(HttpContext http) => door.EnterAsync(http, Errors, async (tenant, aborted) =>
    {
        if (!Types.Contains(http.Request.ContentType, StringComparer.OrdinalIgnoreCase))
        {
            throw new ClusterErrorException(Invalid.Field("content-type", "CONTENT_TYPE", $"The content type must be one of {string.Join(", ", Types)}."));
        }
        var image = await receiver.ReceiveAsync(
            new BodyChunks(http.Request.Body),
            tenant.Id,
            (bytes, token) => images.PutAsync(tenant, bytes, ImageHeader.Read(bytes, limits.Value).OrThrow(), token),
            aborted);
        encoder.TryStart(tenant, image);
        http.Response.ContentType = MediaTypeNames.Application.Json;
        await http.Response.WriteAsync(JsonFormatter.Default.Format(new V1.UploadImageResponse { Image = image.ToProto() }), aborted);
    });
}
