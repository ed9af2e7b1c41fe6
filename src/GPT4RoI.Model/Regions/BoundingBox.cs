namespace GPT4RoI.Model.Regions;

/// <summary>A box in normalised coordinates (0..1 of the image's width and height), float32 as the region module takes it.</summary>
public readonly record struct BoundingBox(float X1, float Y1, float X2, float Y2)
{
    /// <summary>From pixels of the original image: divided in float64, then rounded to float32 (gpt4roi/app.py).</summary>
    public static BoundingBox FromPixels(double x1, double y1, double x2, double y2, int width, int height) =>
        new((float)(x1 / width), (float)(y1 / height), (float)(x2 / width), (float)(y2 / height));
}
