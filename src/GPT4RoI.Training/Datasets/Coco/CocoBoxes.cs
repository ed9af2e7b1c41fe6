using GPT4RoI.Model.Regions;
using GPT4RoI.Training.Instructions;

namespace GPT4RoI.Training.Datasets.Coco;

/// <summary>Which boxes are large enough to learn from (mmdet's <c>CocoDataset</c> and <c>FilterAnnotations</c> as the authors set them).</summary>
internal static class CocoBoxes
{
    /// <summary>Pictures must have as many pixels a side.</summary>
    public const int SmallestPicture = 32;

    private const float SmallestBox = 2f / ImageMotion.Side;

    /// <summary>The box within the picture, normalised; null if less than a pixel of it lies there, or less than two once the picture is stretched.</summary>
    /// <param name="pixels">Left, top, width, height.</param>
    /// <param name="area">Of the object.</param>
    /// <param name="width">The picture's.</param>
    /// <param name="height">The picture's.</param>
    public static BoundingBox? Usable(double[] pixels, double area, int width, int height)
    {
        var (x1, y1) = (Math.Max(pixels[0], 0), Math.Max(pixels[1], 0));
        var (x2, y2) = (Math.Min(pixels[0] + pixels[2], width), Math.Min(pixels[1] + pixels[3], height));
        if (pixels[2] < 1 || pixels[3] < 1 || area <= 0 || x2 <= x1 || y2 <= y1)
        {
            return null;
        }

        var box = BoundingBox.FromPixels(x1, y1, x2, y2, width, height);
        return IsLargeEnough(box) ? box : null;
    }

    /// <summary>Whether a normalised box covers two pixels each way of the stretched picture.</summary>
    public static bool IsLargeEnough(BoundingBox box) => box.X2 - box.X1 >= SmallestBox && box.Y2 - box.Y1 >= SmallestBox;
}
