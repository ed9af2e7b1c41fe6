using GPT4RoI.Model.Regions;

namespace GPT4RoI.Training.Instructions;

/// <summary>How a stretched picture is moved before it is learned from: first the shift, then the mirror. What comes in at the sides is black.</summary>
/// <param name="Right">Pixels of a picture of side <see cref="Side"/>; to the left if negative.</param>
/// <param name="Down">Likewise; up if negative.</param>
/// <param name="Mirrored">Left and right change places.</param>
public readonly record struct ImageMotion(int Right, int Down, bool Mirrored)
{
    /// <summary>Side of the picture that shifts and smallest boxes are measured in, whatever the vision tower takes: the authors' 224.</summary>
    public const int Side = 224;

    /// <summary>The box after the motion, cut at the picture's edges.</summary>
    public BoundingBox Move(BoundingBox box)
    {
        var (right, down) = ((float)Right / Side, (float)Down / Side);
        var (x1, x2) = (Math.Clamp(box.X1 + right, 0f, 1f), Math.Clamp(box.X2 + right, 0f, 1f));
        var (y1, y2) = (Math.Clamp(box.Y1 + down, 0f, 1f), Math.Clamp(box.Y2 + down, 0f, 1f));
        return Mirrored ? new BoundingBox(1 - x2, y1, 1 - x1, y2) : new BoundingBox(x1, y1, x2, y2);
    }

    /// <summary>The picture after the motion.</summary>
    /// <param name="image">A square.</param>
    internal DecodedSquare Move(DecodedSquare image)
    {
        var side = image.Side;
        var (right, down) = (Scale(Right, side), Scale(Down, side));
        var moved = new DecodedSquare(side);
        for (var y = Math.Max(0, down); y < Math.Min(side, side + down); y++)
        {
            for (var x = Math.Max(0, right); x < Math.Min(side, side + right); x++)
            {
                image[x - right, y - down].CopyTo(moved[Mirrored ? side - 1 - x : x, y]);
            }
        }

        return moved;
    }

    private static int Scale(int pixels, int side) => (int)Math.Round((double)pixels * side / Side);
}
