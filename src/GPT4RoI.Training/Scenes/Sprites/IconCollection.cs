using System.Globalization;
using System.Text;
using System.Text.Json;

namespace GPT4RoI.Training.Scenes.Sprites;

/// <summary>
/// The drawings of one icon set in Iconify's JSON format: <c>icons</c> maps a name to the body of an SVG and, where they differ from the set's
/// defaults, its view box.
/// </summary>
public sealed class IconCollection
{
    private const double InkWidth = 2.0 / 72;

    private readonly string _path;
    private readonly JsonElement _root;

    private IconCollection(string path, JsonElement root) => (_path, _root) = (path, root);

    /// <summary>Reads <c>icons.json</c>.</summary>
    /// <exception cref="IOException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">It is not an icon set.</exception>
    public static IconCollection Read(string path)
    {
        try
        {
            using var document = JsonDocument.Parse(File.ReadAllBytes(path));
            return document.RootElement.ValueKind == JsonValueKind.Object && document.RootElement.TryGetProperty("icons", out _)
                ? new IconCollection(path, document.RootElement.Clone())
                : throw new InvalidDataException($"{path} holds no icons.");
        }
        catch (JsonException exception)
        {
            throw new InvalidDataException($"{path} is not JSON: {exception.Message}", exception);
        }
    }

    /// <summary>Whether the set has an icon of this name.</summary>
    public bool Has(string name) => _root.GetProperty("icons").TryGetProperty(name, out _);

    /// <summary>One icon as an SVG document whose longest side is about <paramref name="longestSide"/> pixels.</summary>
    /// <param name="name">Of the icon.</param>
    /// <param name="longestSide">In pixels.</param>
    /// <param name="outlined">Inks the edge of every shape, as line art does.</param>
    /// <returns>UTF-8.</returns>
    /// <exception cref="InvalidDataException">There is no such icon, or it has no size or body.</exception>
    public byte[] Svg(string name, int longestSide, bool outlined = false)
    {
        if (!_root.GetProperty("icons").TryGetProperty(name, out var icon))
        {
            throw new InvalidDataException($"{_path} has no icon '{name}'.");
        }

        var (left, top, width, height) = (Number(icon, "left", 0), Number(icon, "top", 0), Number(icon, "width", 16), Number(icon, "height", 16));
        var body = icon.TryGetProperty("body", out var text) ? text.GetString() : null;
        if (body is null || width <= 0 || height <= 0)
        {
            throw new InvalidDataException($"{_path}: icon '{name}' has no body or no size.");
        }

        var ink = outlined
            ? string.Create(
                CultureInfo.InvariantCulture,
                $"<style>path,circle,ellipse,rect,polygon{{stroke:#000;stroke-width:{InkWidth * Math.Max(width, height)};stroke-linejoin:round}}</style>")
            : "";
        var scale = longestSide / Math.Max(width, height);
        return Encoding.UTF8.GetBytes(string.Create(
            CultureInfo.InvariantCulture,
            $"""
            <svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"
                 width="{width * scale}" height="{height * scale}" viewBox="{left} {top} {width} {height}">{ink}{body}</svg>
            """));
    }

    private double Number(JsonElement icon, string name, double otherwise) =>
        icon.TryGetProperty(name, out var own) ? own.GetDouble() : _root.TryGetProperty(name, out var common) ? common.GetDouble() : otherwise;
}
