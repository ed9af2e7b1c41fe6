using GPT4RoI.Model.Regions;

namespace GPT4RoI.Training.Scenes.Dialogue;

/// <summary>Finds boxes that hold background only.</summary>
internal static class EmptyBoxes
{
    private const int Attempts = 30;

    /// <summary>A box of 12 to 40 % of the picture's side that touches no object; null if none was found.</summary>
    public static BoundingBox? Find(Scene scene, Random random)
    {
        var size = scene.Image.Width;
        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            var (width, height) = (Length(size, random), Length(size, random));
            var (left, top) = (random.Next(size - width + 1), random.Next(size - height + 1));
            if (IsEmpty(scene.Owner, size, left, top, width, height))
            {
                return BoundingBox.FromPixels(left, top, left + width, top + height, size, size);
            }
        }

        return null;
    }

    private static int Length(int size, Random random) => (int)(size * (0.12f + (random.NextSingle() * 0.28f)));

    private static bool IsEmpty(byte[] owner, int size, int left, int top, int width, int height)
    {
        for (var row = top; row < top + height; row++)
        {
            if (owner.AsSpan((row * size) + left, width).ContainsAnyExcept((byte)0))
            {
                return false;
            }
        }

        return true;
    }
}
