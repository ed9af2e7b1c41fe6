using GPT4RoI.Model.Vision;

namespace GPT4RoI.Training.Scenes;

/// <summary>Reads the photographs that backgrounds are cropped from.</summary>
public static class ScenePhotos
{
    private const int MostPixels = 1024 * 1024;

    /// <summary>All PNG, JPEG and WebP files of a folder, in the order of their names.</summary>
    /// <exception cref="IOException">The folder or a file cannot be read.</exception>
    /// <exception cref="InvalidDataException">A file is not a picture of at most 1,048,576 pixels.</exception>
    public static IReadOnlyList<DecodedImage> Load(string folder) =>
        [.. Directory.EnumerateFiles(folder).Where(IsPicture).Order(StringComparer.Ordinal).Select(Read)];

    private static bool IsPicture(string path) => Path.GetExtension(path).ToLowerInvariant() is ".jpg" or ".jpeg" or ".png" or ".webp";

    private static DecodedImage Read(string path) => ImageDecoder.TryDecode(File.ReadAllBytes(path), MostPixels, out var image, out var fault)
        ? image
        : throw new InvalidDataException($"{path} is no picture of at most {MostPixels:N0} pixels: {fault}.");
}
