using NetVips;

namespace GPT4RoI.Training.Scenes.Sprites;

/// <summary>Turns SVG drawings into the small transparent PNGs that scenes are made of.</summary>
public static class SpriteRenderer
{
    private const int Oversampling = 4;

    /// <summary>Longest side of a sprite in pixels.</summary>
    public const int LongestSide = 72;

    /// <summary>Draws one icon, trimmed to its visible pixels, its longest side <see cref="LongestSide"/>.</summary>
    /// <param name="icons">The set.</param>
    /// <param name="name">Of the icon.</param>
    /// <param name="outlined">Inks the edge of every shape, as line art does.</param>
    /// <returns>A PNG with palette and alpha.</returns>
    /// <exception cref="InvalidDataException">There is no such icon, it cannot be drawn, or nothing of it is visible.</exception>
    public static byte[] Render(IconCollection icons, string name, bool outlined = false)
    {
        try
        {
            using var drawing = Image.SvgloadBuffer(icons.Svg(name, LongestSide * Oversampling, outlined));
            using var alpha = drawing.ExtractBand(3);
            var trim = alpha.FindTrim(threshold: 16, background: [0]);
            var (left, top, width, height) = (Convert.ToInt32(trim[0]), Convert.ToInt32(trim[1]), Convert.ToInt32(trim[2]), Convert.ToInt32(trim[3]));
            if (width == 0 || height == 0)
            {
                throw new InvalidDataException($"Nothing of icon '{name}' is visible.");
            }

            using var visible = drawing.Crop(left, top, width, height);
            using var sprite = visible.ThumbnailImage(LongestSide, LongestSide);
            return sprite.PngsaveBuffer(compression: 9, palette: true, q: 90, effort: 10, keep: Enums.ForeignKeep.None);
        }
        catch (VipsException exception)
        {
            throw new InvalidDataException($"Icon '{name}' cannot be drawn: {exception.Message}", exception);
        }
    }
}
