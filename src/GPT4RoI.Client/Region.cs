namespace GPT4RoI.Client;

/// <summary>
/// A box of the image with the number that questions call it by. It comes from <see cref="Pixels"/> or <see cref="Normalized"/>, so its
/// coordinate space is never a guess. The server checks that the box lies inside the image.
/// </summary>
public sealed record Region
{
    private Region(int id, double x1, double y1, double x2, double y2, CoordinateSpace space) =>
        (Id, X1, Y1, X2, Y2, Space) = (id, x1, y1, x2, y2, space);

    /// <summary>The N of <c>&lt;regionN&gt;</c>: 1 to 999, unique within a conversation.</summary>
    public int Id { get; }

    /// <summary>Left edge.</summary>
    public double X1 { get; }

    /// <summary>Top edge.</summary>
    public double Y1 { get; }

    /// <summary>Right edge, at least <see cref="X1"/>.</summary>
    public double X2 { get; }

    /// <summary>Bottom edge, at least <see cref="Y1"/>.</summary>
    public double Y2 { get; }

    /// <summary>What the four numbers mean.</summary>
    public CoordinateSpace Space { get; }

    /// <summary>How a question refers to this region: <c>&lt;regionN&gt;</c>.</summary>
    public string Mention => $"<region{Id}>";

    /// <summary>A box in pixels of the upright image.</summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="id"/> is not in 1..999.</exception>
    public static Region Pixels(int id, double x1, double y1, double x2, double y2) => Create(id, x1, y1, x2, y2, CoordinateSpace.Pixels);

    /// <summary>A box in fractions of the upright image's width and height, 0 to 1.</summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="id"/> is not in 1..999.</exception>
    public static Region Normalized(int id, double x1, double y1, double x2, double y2) => Create(id, x1, y1, x2, y2, CoordinateSpace.Normalized);

    private static Region Create(int id, double x1, double y1, double x2, double y2, CoordinateSpace space)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(id, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(id, 999);
        return new Region(id, x1, y1, x2, y2, space);
    }
}
