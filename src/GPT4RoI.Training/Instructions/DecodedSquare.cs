using GPT4RoI.Model.Vision;

namespace GPT4RoI.Training.Instructions;

/// <summary>A square picture, three bytes per pixel, black at first.</summary>
internal sealed class DecodedSquare(int side)
{
    private const int Channels = 3;
    private readonly byte[] _rgb = new byte[side * side * Channels];

    /// <summary>Pixels in a row, and rows.</summary>
    public int Side => side;

    /// <summary>Red, green and blue of a pixel.</summary>
    public Span<byte> this[int x, int y] => _rgb.AsSpan(((y * side) + x) * Channels, Channels);

    /// <summary>The same as an image; shares its bytes.</summary>
    public DecodedImage Image => new(side, side, _rgb);
}
