using GPT4RoI.Model.Vision;

namespace GPT4RoI.Training.Instructions;

/// <summary>Where a sample's picture comes from. Loaded late, on the thread that prepares the batch.</summary>
public abstract class ImageSource
{
    /// <summary>The vision tower's input.</summary>
    /// <param name="preprocessor">The checkpoint's.</param>
    /// <returns>float32 [3, S, S], row-major, normalised.</returns>
    /// <exception cref="IOException">There is no such picture, or it cannot be read.</exception>
    public abstract float[] Load(ImagePreprocessor preprocessor);
}

/// <summary>A picture that is in memory already, such as a drawn scene.</summary>
public sealed class PixelSource(DecodedImage image) : ImageSource
{
    /// <summary>The pixels.</summary>
    public DecodedImage Image => image;

    /// <inheritdoc/>
    public override float[] Load(ImagePreprocessor preprocessor) => preprocessor.Preprocess(image);
}
