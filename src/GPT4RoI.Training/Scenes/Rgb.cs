namespace GPT4RoI.Training.Scenes;

/// <summary>A colour, each channel 0..255.</summary>
internal readonly record struct Rgb(float R, float G, float B)
{
    public static Rgb Random(Random random)
    {
        var (hue, saturation, value) = (random.NextSingle() * 6, random.NextSingle() * 0.8f, 0.25f + (random.NextSingle() * 0.75f));
        return new Rgb(Channel(5), Channel(3), Channel(1));

        float Channel(int offset)
        {
            var k = (offset + hue) % 6;
            return 255 * value * (1 - (saturation * Math.Clamp(Math.Min(k, 4 - k), 0, 1)));
        }
    }

    public static Rgb Mix(Rgb a, Rgb b, float share) =>
        new(a.R + ((b.R - a.R) * share), a.G + ((b.G - a.G) * share), a.B + ((b.B - a.B) * share));

    public void Write(Span<byte> pixel) =>
        (pixel[0], pixel[1], pixel[2]) = ((byte)Math.Clamp(R, 0, 255), (byte)Math.Clamp(G, 0, 255), (byte)Math.Clamp(B, 0, 255));
}
