namespace GPT4RoI.Engine.Vision;

/// <summary>An image as the encoder takes it.</summary>
/// <param name="Pixels">float32 [3, side, side], row-major.</param>
/// <param name="Width">Of the upright original, in pixels: what pixel boxes refer to.</param>
/// <param name="Height">Of the upright original, in pixels.</param>
public sealed record PreparedImage(float[] Pixels, int Width, int Height);
