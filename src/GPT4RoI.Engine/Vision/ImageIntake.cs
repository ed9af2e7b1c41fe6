using GPT4RoI.Model.Vision;

namespace GPT4RoI.Engine.Vision;

/// <summary>From an uploaded file to the encoder's input, within the limits of a <see cref="DecodePool"/>.</summary>
/// <param name="pool">Where it runs.</param>
/// <param name="preprocessor">The model's.</param>
/// <param name="options">Validated limits.</param>
public sealed class ImageIntake(DecodePool pool, ImagePreprocessor preprocessor, VisionOptions options)
{
    /// <summary>Decodes and preprocesses one image.</summary>
    /// <param name="file">PNG, JPEG or WebP. Not to be changed until the call ends.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The image, or why there is none: the file's own fault, or the pool's.</returns>
    /// <exception cref="OperationCanceledException">The caller gave up.</exception>
    public ValueTask<VisionOutcome<PreparedImage>> PrepareAsync(ReadOnlyMemory<byte> file, CancellationToken cancellationToken) =>
        pool.RunAsync(() => Prepare(file), cancellationToken);

    private VisionOutcome<PreparedImage> Prepare(ReadOnlyMemory<byte> file) =>
        ImageDecoder.TryDecode(file, options.MaxImagePixels, out var image, out var fault)
            ? new PreparedImage(preprocessor.Preprocess(image), image.Width, image.Height)
            : fault switch
            {
                ImageFault.UnsupportedFormat => VisionFault.UnsupportedFormat,
                ImageFault.TooManyPixels => VisionFault.TooManyPixels,
                _ => VisionFault.Malformed,
            };
}
