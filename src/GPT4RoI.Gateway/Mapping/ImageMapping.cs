using Google.Protobuf.WellKnownTypes;
using GPT4RoI.Contracts.Images;

namespace GPT4RoI.Gateway.Mapping;

/// <summary>Images to the wire.</summary>
internal static class ImageMapping
{
    public static V1.Image ToProto(this ImageDescriptor image) => new()
    {
        Id = image.ImageId,
        Width = image.Width,
        Height = image.Height,
        MediaType = image.MediaType,
        SizeBytes = image.SizeBytes,
        CreatedAt = Timestamp.FromDateTimeOffset(image.CreatedAt),
    };
}
