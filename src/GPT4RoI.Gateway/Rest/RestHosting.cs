using Grpc.AspNetCore.Server;
using Microsoft.AspNetCore.Grpc.JsonTranscoding;
using Microsoft.AspNetCore.Mvc;

namespace GPT4RoI.Gateway.Rest;

/// <summary>The gRPC API as JSON over HTTP, by the rules in its protos. Calls pass the same interceptors.</summary>
internal static class RestHosting
{
    private const int MostBytes = 1024 * 1024;

    /// <summary>Adds it.</summary>
    public static void AddRest(this IGrpcServerBuilder grpc)
    {
        grpc.AddJsonTranscoding(options => options.TypeRegistry = StatusErrors.Details);
        grpc.Services.AddSingleton<ImageUpload>();
    }

    /// <summary>Maps what transcoding leaves out.</summary>
    public static void MapRest(this IEndpointRouteBuilder routes) =>
        routes.MapPost(ImageUpload.Path, (HttpContext http, ImageUpload upload) => upload.UploadAsync(http));

    /// <summary>Bounds what is read of a transcoded request before anybody is asked who sends it.</summary>
    public static void BoundBodies(this IEndpointConventionBuilder service) => service.Add(endpoint =>
    {
        if (endpoint.Metadata.OfType<GrpcJsonTranscodingMetadata>().Any())
        {
            endpoint.Metadata.Add(new RequestSizeLimitAttribute(MostBytes));
        }
    });
}
