using GPT4RoI.Model.Regions;
using GPT4RoI.Training.Scenes.Sprites;

namespace GPT4RoI.Training.Scenes;

/// <summary>Draws scenes. The same state of the random number generator gives the same scene. Thread-safe; the sprites stay the caller's.</summary>
public sealed class SceneGenerator
{
    private const int Backgrounds = 10;
    private const int Attempts = 40;
    private const int Places = 4;
    private const int FewestInACrowd = 3;
    private const float SmallestSide = 34f / 128;
    private const float LargestSide = 80f / 128;
    private const float MostDegrees = 15;
    private const float MostStretch = 0.3f;
    private const float BoxJitter = 0.06f;

    private readonly SpriteSet _sprites;
    private readonly SceneOptions _options;

    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    public SceneGenerator(SpriteSet sprites, SceneOptions options)
    {
        options.Validate();
        (_sprites, _options) = (sprites, options);
    }

    /// <summary>Draws objects at random places, sizes and angles. Every object stays visible to 60 % at least.</summary>
    /// <exception cref="InvalidOperationException">No sprite stands out from any background.</exception>
    public Scene Create(Random random) => Draw(random, canvas =>
    {
        var crowded = _options.Crowded > 0 && random.NextDouble() < _options.Crowded;
        var wanted = random.Next(crowded ? Math.Clamp(FewestInACrowd, _options.MinObjects, _options.MaxObjects) : _options.MinObjects, _options.MaxObjects + 1);
        var mayHide = crowded || random.NextSingle() < 0.4f;
        var largest = wanted <= 3 ? LargestSide : Math.Max(SmallestSide * 1.2f, LargestSide * MathF.Sqrt(3f / wanted));
        var shown = new List<int>();
        for (var attempt = 0; canvas.Count < wanted && attempt < Attempts * wanted; attempt++)
        {
            var room = (largest - SmallestSide) * (1 - ((float)attempt / (Attempts * wanted))); // less and less, for crowded pictures
            var side = _options.Size * (SmallestSide + (random.NextSingle() * room));
            var number = shown.Count > 0 && random.NextDouble() < _options.Repeats ? shown[random.Next(shown.Count)] : Pick(random);
            if (Place(canvas, number, side, new Cell(0, 0, _options.Size), mayHide, random))
            {
                shown.Add(number);
            }
        }
    });

    /// <summary>Objects at random places without a picture: its pixels are black and nobody's.</summary>
    public Scene Imagine(Random random)
    {
        var objects = new List<SceneObject>();
        for (var left = random.Next(_options.MinObjects, _options.MaxObjects + 1); left > 0; left--)
        {
            var number = objects.Count > 0 && random.NextDouble() < _options.Repeats ? objects[random.Next(objects.Count)].Class : Pick(random);
            var (width, height) = (Side(), Side());
            var (x, y) = (random.NextSingle() * (1 - width), random.NextSingle() * (1 - height));
            var box = new BoundingBox(x, y, x + width, y + height);
            objects.Add(new(number, "", box, box, width * height));
        }

        return new(new(_options.Size, _options.Size, new byte[_options.Size * _options.Size * 3]), objects, new byte[_options.Size * _options.Size]);

        float Side() => SmallestSide + (random.NextSingle() * (LargestSide - SmallestSide));
    }

    /// <summary>Draws one object into each cell of a grid, nearly as large as its cell: the cheapest way to show many objects.</summary>
    /// <param name="random">Decides what is drawn.</param>
    /// <param name="columns">Columns and rows; 1 gives a picture of a single large object. A cell has 16 pixels or more.</param>
    /// <exception cref="InvalidOperationException">No sprite stands out from any background.</exception>
    public Scene CreateGrid(Random random, int columns)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(columns, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(columns, Math.Min(15, _options.Size / 16));
        var side = _options.Size / columns;
        return Draw(random, canvas =>
        {
            for (var index = 0; index < columns * columns; index++)
            {
                var cell = new Cell(index % columns * side, index / columns * side, side);
                for (var attempt = 0; attempt < Attempts && !Place(canvas, Pick(random), side * Share(attempt), cell, mayHide: false, random); attempt++)
                {
                }
            }
        });

        float Share(int attempt) => 0.98f - (0.3f * random.NextSingle()) - (0.3f * attempt / Attempts);
    }

    private Scene Draw(Random random, Action<SceneCanvas> draw)
    {
        for (var background = 0; background < Backgrounds; background++)
        {
            var canvas = new SceneCanvas(_options.Size);
            Background.Paint(canvas.Rgb, _options.Size, _options.Photos, random);
            draw(canvas);
            if (canvas.Count > 0)
            {
                PictureStyle.Apply(canvas.Rgb, _options.Size, _options.Augmentation, random);
                return canvas.Finish(BoxJitter * _options.Augmentation, random);
            }
        }

        throw new InvalidOperationException($"None of the {_sprites.Count} sprites could be seen on any of {Backgrounds} backgrounds.");
    }

    private int Pick(Random random) => _sprites.Available[random.Next(_sprites.Available.Count)];

    private bool Place(SceneCanvas canvas, int number, float side, Cell cell, bool mayHide, Random random)
    {
        var sprite = _sprites.Draw(number, random);
        var mirrored = _options.Augmentation > 0 && random.Next(2) == 0;
        var patch = Patch.Draw(sprite, side, ((random.NextSingle() * 2) - 1) * MostDegrees, mirrored, MathF.Exp(((random.NextSingle() * 2) - 1) * MostStretch * _options.Augmentation));
        PatchStyle.Apply(patch, _options.Augmentation, random);
        var solid = patch.SolidPixels();
        if (solid.Length == 0)
        {
            return false;
        }

        var (top, bottom) = (solid[0] / patch.Width, solid[^1] / patch.Width);
        var (left, right) = (solid.Min(index => index % patch.Width), solid.Max(index => index % patch.Width));
        var (across, down) = (cell.Side - (right - left), cell.Side - (bottom - top)); // places it can take
        for (var place = 0; place < Places && across > 0 && down > 0; place++)
        {
            if (canvas.TryDraw(patch, solid, cell.Left + random.Next(across) - left, cell.Top + random.Next(down) - top, mayHide, sprite))
            {
                return true;
            }
        }

        return false;
    }

    private readonly record struct Cell(int Left, int Top, int Side);
}
