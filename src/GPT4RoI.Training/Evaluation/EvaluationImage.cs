using System.Security.Cryptography;
using GPT4RoI.Model.Vision;
using GPT4RoI.Training.Scenes;
using SkiaSharp;

namespace GPT4RoI.Training.Evaluation;

/// <summary>A picture that questions are about, read when the first of them is asked.</summary>
/// <param name="Name">The same name is the same picture: it is read and encoded once for questions that come close together.</param>
/// <param name="ReadAsync">The file's bytes: PNG, JPEG or WebP.</param>
public sealed record EvaluationImage(string Name, Func<CancellationToken, Task<byte[]>> ReadAsync)
{
    /// <summary>A file.</summary>
    public static EvaluationImage FromFile(string path) => new(path, cancellationToken => File.ReadAllBytesAsync(path, cancellationToken));

    /// <summary>A picture in memory, handed over as PNG and named by its content.</summary>
    public static EvaluationImage FromPixels(DecodedImage image) => new(
        Convert.ToHexStringLower(SHA256.HashData(image.Rgb.Span)), _ =>
        {
            using var picture = ScenePixels.ToImage(image);
            using var png = picture.Encode(SKEncodedImageFormat.Png, 100);
            return Task.FromResult(png.ToArray());
        });
}
