using GPT4RoI.Model.Regions;
using GPT4RoI.Model.Vision;
using GPT4RoI.Training.Scenes.Sprites;

namespace GPT4RoI.Training.Scenes;

/// <summary>One scene while it is drawn: its pixels, and whose each of them is.</summary>
internal sealed class SceneCanvas(int size)
{
    // An object keeps this part of its pixels, whatever is drawn over it.
    private const float LeastVisible = 0.6f;

    // Of the picture; what is smaller nobody would recognise.
    private const float LeastPixels = 0.002f;

    // Mean difference to the background (0..255) below which nobody would see an object.
    private const int LeastContrast = 18;

    private readonly List<(int Class, string Style, int Pixels)> _objects = [];
    private readonly byte[] _owner = new byte[size * size];

    public byte[] Rgb { get; } = new byte[size * size * 3];

    public int Count => _objects.Count;

    /// <summary>Draws a patch unless it hides too much of another object or cannot be told from what is behind it.</summary>
    /// <param name="patch">The object.</param>
    /// <param name="solid">Its solid pixels, all of which land inside the picture.</param>
    /// <param name="left">Where the patch's first column goes.</param>
    /// <param name="top">Where its first row goes.</param>
    /// <param name="mayHide">False if it must hide nothing at all.</param>
    /// <param name="sprite">What it shows.</param>
    public bool TryDraw(Patch patch, ReadOnlySpan<int> solid, int left, int top, bool mayHide, Sprite sprite)
    {
        Span<int> hidden = stackalloc int[_objects.Count + 1];
        var contrast = 0L;
        foreach (var index in solid)
        {
            var at = At(patch, index, left, top);
            hidden[_owner[at]]++;
            var own = patch.Rgba.AsSpan(index * 4, 3);
            var behind = Rgb.AsSpan(at * 3, 3);
            contrast += Math.Abs(own[0] - behind[0]) + Math.Abs(own[1] - behind[1]) + Math.Abs(own[2] - behind[2]);
        }

        if (solid.Length < LeastPixels * size * size || contrast < 3L * LeastContrast * solid.Length || !Fits(hidden, mayHide))
        {
            return false;
        }

        _objects.Add((sprite.Class, sprite.Style, solid.Length));
        Blend(patch, left, top);
        foreach (var index in solid)
        {
            _owner[At(patch, index, left, top)] = (byte)_objects.Count;
        }

        return true;
    }

    /// <summary>The scene; boxes move by up to <paramref name="jitter"/> of their sides, on each side on its own.</summary>
    public Scene Finish(float jitter, Random random)
    {
        var bounds = new (int Left, int Top, int Right, int Bottom)[_objects.Count + 1];
        var areas = new int[_objects.Count + 1];
        Array.Fill(bounds, (size, size, 0, 0));
        for (var (y, at) = (0, 0); y < size; y++)
        {
            for (var x = 0; x < size; x++, at++)
            {
                ref var box = ref bounds[_owner[at]];
                box = (Math.Min(box.Left, x), Math.Min(box.Top, y), Math.Max(box.Right, x + 1), Math.Max(box.Bottom, y + 1));
                areas[_owner[at]]++;
            }
        }

        return new Scene(new DecodedImage(size, size, Rgb), [.. _objects.Select((item, index) =>
        {
            var box = bounds[index + 1];
            var exact = BoundingBox.FromPixels(box.Left, box.Top, box.Right, box.Bottom, size, size);
            return new SceneObject(item.Class, item.Style, Jitter(exact, jitter, random), exact, (float)areas[index + 1] / (size * size));
        })], _owner);
    }

    private static BoundingBox Jitter(BoundingBox box, float jitter, Random random)
    {
        var (width, height) = ((box.X2 - box.X1) * jitter, (box.Y2 - box.Y1) * jitter);
        return jitter == 0
            ? box
            : new BoundingBox(Move(box.X1, width, random), Move(box.Y1, height, random), Move(box.X2, width, random), Move(box.Y2, height, random));
    }

    private static float Move(float edge, float most, Random random) => Math.Clamp(edge + (((random.NextSingle() * 2) - 1) * most), 0, 1);

    private bool Fits(ReadOnlySpan<int> hidden, bool mayHide)
    {
        for (var index = 1; index < hidden.Length; index++)
        {
            if (hidden[index] > 0 && (!mayHide || Visible(index) - hidden[index] < LeastVisible * _objects[index - 1].Pixels))
            {
                return false;
            }
        }

        return true;
    }

    private int Visible(int owner) => _owner.AsSpan().Count((byte)owner);

    private void Blend(Patch patch, int left, int top)
    {
        for (var (y, from) = (0, 0); y < patch.Height; y++)
        {
            for (var x = 0; x < patch.Width; x++, from += 4)
            {
                var (column, row, alpha) = (left + x, top + y, (int)patch.Rgba[from + 3]);
                if (alpha == 0 || column < 0 || row < 0 || column >= size || row >= size)
                {
                    continue;
                }

                var to = ((row * size) + column) * 3;
                for (var channel = 0; channel < 3; channel++)
                {
                    Rgb[to + channel] = (byte)(((patch.Rgba[from + channel] * alpha) + (Rgb[to + channel] * (255 - alpha)) + 127) / 255);
                }
            }
        }
    }

    private int At(Patch patch, int index, int left, int top) => ((top + (index / patch.Width)) * size) + left + (index % patch.Width);
}
