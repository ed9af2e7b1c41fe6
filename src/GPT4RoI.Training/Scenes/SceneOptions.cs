using GPT4RoI.Model.Vision;

namespace GPT4RoI.Training.Scenes;

/// <summary>What scenes look like.</summary>
public sealed record SceneOptions
{
    /// <summary>Side of the picture in pixels.</summary>
    public int Size { get; init; } = 128;

    /// <summary>Objects in a scene at least.</summary>
    public int MinObjects { get; init; } = 1;

    /// <summary>Objects in a scene at most, 250 or fewer.</summary>
    public int MaxObjects { get; init; } = 5;

    /// <summary>How often an object is of a class that the scene shows already, 0..1.</summary>
    public double Repeats { get; init; } = 0.3;

    /// <summary>How often a scene has three objects or more, which may hide parts of one another, 0..1; 0 for evaluation.</summary>
    public double Crowded { get; init; }

    /// <summary>How strongly drawings and pictures are altered and boxes moved, 0..1; 0 for evaluation.</summary>
    public float Augmentation { get; init; }

    /// <summary>Photographs whose crops are backgrounds now and then.</summary>
    public IReadOnlyList<DecodedImage> Photos { get; init; } = [];

    internal void Validate()
    {
        if (Size < 32 || MinObjects < 1 || MaxObjects < MinObjects || MaxObjects > 250 || Augmentation is not (>= 0 and <= 1)
            || Repeats is not (>= 0 and <= 1) || Crowded is not (>= 0 and <= 1))
        {
            throw new ArgumentException(
                $"Scenes need a size of 32 or more ({Size}), 1 to 250 objects ({MinObjects} to {MaxObjects}), "
                + $"augmentation, repeats and crowded of 0 to 1 ({Augmentation}, {Repeats}, {Crowded}).");
        }
    }
}
