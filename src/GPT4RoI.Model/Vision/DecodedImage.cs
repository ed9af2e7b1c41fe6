namespace GPT4RoI.Model.Vision;

/// <summary>An upright image.</summary>
/// <param name="Width">Pixels in a row.</param>
/// <param name="Height">Rows.</param>
/// <param name="Rgb">Row-major, three bytes per pixel; at least width × height × 3 bytes, more are ignored.</param>
public sealed record DecodedImage(int Width, int Height, ReadOnlyMemory<byte> Rgb);
