using GPT4RoI.Model.Regions;
using GPT4RoI.Model.Vision;

namespace GPT4RoI.Training.Scenes;

/// <summary>A drawn picture and everything that is true of it.</summary>
/// <param name="Image">The picture, square.</param>
/// <param name="Objects">In the order they were drawn: later ones may hide parts of earlier ones.</param>
/// <param name="Owner">Row-major, one byte per pixel: 0 is background, k + 1 the k-th object.</param>
public sealed record Scene(DecodedImage Image, IReadOnlyList<SceneObject> Objects, byte[] Owner)
{
    /// <summary>Of the picture, for its objects' order, and as many rows.</summary>
    public const int Columns = 8;

    /// <summary>The numbers of the objects from left to right, those in one column from top to bottom: an object is where the centre of its bounds lies.</summary>
    public IReadOnlyList<int> FromLeftToRight() => [.. Enumerable.Range(0, Objects.Count).OrderBy(item => Objects[item].Cell(Columns))];
}

/// <summary>One object of a scene.</summary>
/// <param name="Class">Its place in the class list.</param>
/// <param name="Style">Who drew it.</param>
/// <param name="Box">What a user might have drawn around it, normalised: <paramref name="Bounds"/>, a little off if the scene is for training.</param>
/// <param name="Bounds">The smallest box around its visible pixels, normalised.</param>
/// <param name="Area">The part of the picture that its visible pixels cover, 0..1.</param>
public sealed record SceneObject(int Class, string Style, BoundingBox Box, BoundingBox Bounds, float Area)
{
    /// <summary>Where the centre of its bounds lies.</summary>
    /// <param name="columns">As many columns, and rows.</param>
    public (int Column, int Row) Cell(int columns)
    {
        return (Part(Bounds.X1, Bounds.X2), Part(Bounds.Y1, Bounds.Y2));

        int Part(float low, float high) => Math.Clamp((int)((low + high) / 2 * columns), 0, columns - 1);
    }
}
