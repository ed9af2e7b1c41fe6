namespace GPT4RoI.Contracts.Images;

/// <summary>What the cluster knows of an uploaded image without its pixels.</summary>
/// <param name="ImageId">Content-derived, unguessable across tenants: the same bytes by the same tenant give the same id.</param>
/// <param name="ContentHash">SHA-256 of the bytes as uploaded, lower-case hex.</param>
/// <param name="Width">Pixels of the upright image (EXIF rotation applied).</param>
/// <param name="Height">Pixels of the upright image (EXIF rotation applied).</param>
/// <param name="MediaType"><c>image/png</c>, <c>image/jpeg</c> or <c>image/webp</c>, as found in the bytes.</param>
/// <param name="SizeBytes">Length of the upload.</param>
/// <param name="CreatedAt">First upload.</param>
[GenerateSerializer, Immutable]
[Alias("gpt4roi.ImageDescriptor")]
public sealed record ImageDescriptor(
    [property: Id(0)] string ImageId,
    [property: Id(1)] string ContentHash,
    [property: Id(2)] int Width,
    [property: Id(3)] int Height,
    [property: Id(4)] string MediaType,
    [property: Id(5)] long SizeBytes,
    [property: Id(6)] DateTimeOffset CreatedAt);
