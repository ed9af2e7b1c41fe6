namespace GPT4RoI.Client;

/// <summary>An uploaded image, without its pixels.</summary>
/// <param name="Id">Derived from tenant and content: the same bytes give the same id.</param>
/// <param name="Width">Width of the upright image in pixels.</param>
/// <param name="Height">Height of the upright image in pixels.</param>
/// <param name="MediaType"><c>image/png</c>, <c>image/jpeg</c> or <c>image/webp</c>, as found in the bytes.</param>
/// <param name="SizeBytes">Length of the upload in bytes.</param>
/// <param name="CreatedAt">Time of the first upload.</param>
public sealed record ImageInfo(string Id, int Width, int Height, string MediaType, long SizeBytes, DateTimeOffset CreatedAt);
