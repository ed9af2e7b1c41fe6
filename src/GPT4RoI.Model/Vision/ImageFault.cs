namespace GPT4RoI.Model.Vision;

/// <summary>Why an image was refused. Nothing else about the failure leaves the decoder.</summary>
public enum ImageFault
{
    /// <summary>Neither PNG nor JPEG nor WebP by its content.</summary>
    UnsupportedFormat,

    /// <summary>The header says that it has more pixels than allowed.</summary>
    TooManyPixels,

    /// <summary>Broken or cut off.</summary>
    Malformed,
}
