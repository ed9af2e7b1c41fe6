namespace GPT4RoI.Client;

/// <summary>What the numbers of a box mean.</summary>
public enum CoordinateSpace
{
    /// <summary>Pixels of the upright image (EXIF rotation applied), as <see cref="ImageInfo"/> reports its size.</summary>
    Pixels = 1,

    /// <summary>Fractions of the upright image's width and height, 0 to 1.</summary>
    Normalized = 2,
}
