using GPT4RoI.Model.Vision;

namespace GPT4RoI.Training.Instructions;

/// <summary>How a picture becomes the square that the vision tower takes.</summary>
public enum ImageFit
{
    /// <summary>As at inference.</summary>
    Inference,

    /// <summary>Stretched straight to the square, as the authors train on COCO, RefCOCO, Flickr30k and Visual Genome.</summary>
    Stretched,
}

/// <summary>A picture in a file.</summary>
/// <param name="path">PNG, JPEG or WebP.</param>
/// <param name="fit">How it becomes a square.</param>
/// <param name="motion">What is done to it after it was stretched; nothing with <see cref="ImageFit.Inference"/>.</param>
public sealed class FileSource(string path, ImageFit fit, ImageMotion motion = default) : ImageSource
{
    private const long MaxPixels = 64L << 20;

    /// <summary>The file.</summary>
    public string Path => path;

    /// <inheritdoc/>
    public override float[] Load(ImagePreprocessor preprocessor)
    {
        if (!ImageDecoder.TryDecode(File.ReadAllBytes(path), MaxPixels, out var image, out var fault))
        {
            throw new IOException($"{path}: the picture cannot be read ({fault}; at most {MaxPixels} pixels of PNG, JPEG or WebP are).");
        }

        return fit == ImageFit.Inference
            ? preprocessor.Preprocess(image)
            : preprocessor.Normalise(motion.Move(BilinearStretch.Resize(image, preprocessor.Size)).Image);
    }
}
