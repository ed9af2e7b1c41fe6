namespace GPT4RoI.Training.Scenes;

/// <summary>Redraws a patch as other artists might: other colours, flat colours, outlines, line drawings. Training only.</summary>
internal static class PatchStyle
{
    /// <summary>Alters the patch in place.</summary>
    /// <param name="patch">The drawing.</param>
    /// <param name="strength">0..1; scales how often and how strongly.</param>
    /// <param name="random">Decides what is done.</param>
    public static void Apply(Patch patch, float strength, Random random)
    {
        if (random.NextSingle() < strength)
        {
            Recolour(patch.Rgba, strength, random);
        }

        if (random.NextSingle() < 0.25f * strength)
        {
            Posterise(patch.Rgba, 3 + random.Next(4));
        }

        var ink = Rgb.Mix(new Rgb(0, 0, 0), Rgb.Random(random), random.NextSingle() * 0.3f);
        var inked = random.NextSingle() < 0.4f * strength;
        if (inked && random.NextSingle() < 0.7f)
        {
            DrawEdges(patch, ink, 50 + random.Next(80), random.NextSingle() < 0.5f ? 0 : random.NextSingle(), random);
        }

        if (inked)
        {
            Outline(patch, ink, 1 + random.Next(Math.Max(1, Math.Min(Patch.Margin - 1, Math.Max(patch.Width, patch.Height) / 18))));
        }
    }

    // One affine map of the colour cube: hue turned about the grey axis, saturation, gain and offset.
    private static void Recolour(Span<byte> rgba, float strength, Random random)
    {
        var hue = random.NextSingle() < 0.3f ? random.NextSingle() : Signed(random) * 0.06f;
        var saturation = random.NextSingle() < 0.1f ? 0 : 1 + (Signed(random) * 0.5f * strength);
        var (sin, cos) = MathF.SinCos(hue * MathF.Tau * strength);
        var (gain, offset) = (1 + (Signed(random) * 0.25f * strength), Signed(random) * 30 * strength);
        for (var at = 0; at < rgba.Length; at += 4)
        {
            if (rgba[at + 3] == 0)
            {
                continue;
            }

            var (r, g, b) = ((float)rgba[at], (float)rgba[at + 1], (float)rgba[at + 2]);
            var grey = (r + g + b) / 3;
            var (u, v) = ((r - grey) * saturation, (g - b) * saturation / MathF.Sqrt(3)); // chroma in an orthogonal basis
            (u, v) = ((u * cos) - (v * sin), (u * sin) + (v * cos));
            var half = MathF.Sqrt(3) / 2 * v;
            grey = (grey * gain) + offset;
            new Rgb(grey + u, grey - (u / 2) + half, grey - (u / 2) - half).Write(rgba[at..]);
        }
    }

    private static void Posterise(Span<byte> rgba, int levels)
    {
        var step = 255f / (levels - 1);
        for (var at = 0; at < rgba.Length; at++)
        {
            rgba[at] = at % 4 == 3 ? rgba[at] : (byte)(MathF.Round(rgba[at] / step) * step);
        }
    }

    // Ink where the brightness changes; what is left becomes lighter by a share, up to blank paper.
    private static void DrawEdges(Patch patch, Rgb ink, int threshold, float paper, Random random)
    {
        var (width, pixels, brightness) = (patch.Width, patch.Rgba, Brightness(patch));
        var white = Rgb.Mix(new Rgb(255, 255, 255), Rgb.Random(random), random.NextSingle() * 0.15f);
        for (var y = 1; y < patch.Height - 1; y++)
        {
            for (var x = 1; x < width - 1; x++)
            {
                var index = (y * width) + x;
                if (!patch.IsSolid(index))
                {
                    continue;
                }

                var change = Change(patch, brightness, index - 1, index + 1) + Change(patch, brightness, index - width, index + width);
                var pixel = pixels.AsSpan(index * 4);
                var colour = change > threshold ? ink : Rgb.Mix(new Rgb(pixel[0], pixel[1], pixel[2]), white, paper);
                colour.Write(pixel);
            }
        }
    }

    private static int Change(Patch patch, int[] brightness, int a, int b) =>
        patch.IsSolid(a) && patch.IsSolid(b) ? Math.Abs(brightness[a] - brightness[b]) : 0;

    private static int[] Brightness(Patch patch)
    {
        var brightness = new int[patch.Width * patch.Height];
        for (var index = 0; index < brightness.Length; index++)
        {
            var at = index * 4;
            brightness[index] = ((patch.Rgba[at] * 3) + (patch.Rgba[at + 1] * 6) + patch.Rgba[at + 2]) / 10;
        }

        return brightness;
    }

    private static void Outline(Patch patch, Rgb ink, int radius)
    {
        foreach (var index in patch.SolidPixels().Where(index => !IsInside(patch, index)).ToArray())
        {
            var (x, y) = (index % patch.Width, index / patch.Width);
            for (var row = Math.Max(0, y - radius); row <= Math.Min(patch.Height - 1, y + radius); row++)
            {
                for (var column = Math.Max(0, x - radius); column <= Math.Min(patch.Width - 1, x + radius); column++)
                {
                    var pixel = patch.Rgba.AsSpan(((row * patch.Width) + column) * 4);
                    if (((row - y) * (row - y)) + ((column - x) * (column - x)) <= radius * radius && pixel[3] < 255)
                    {
                        ink.Write(pixel);
                        pixel[3] = 255;
                    }
                }
            }
        }
    }

    private static bool IsInside(Patch patch, int index) =>
        index % patch.Width is var x && x > 0 && x < patch.Width - 1 && index >= patch.Width && index < patch.Width * (patch.Height - 1)
        && patch.IsSolid(index - 1) && patch.IsSolid(index + 1) && patch.IsSolid(index - patch.Width) && patch.IsSolid(index + patch.Width);

    private static float Signed(Random random) => (random.NextSingle() * 2) - 1;
}
