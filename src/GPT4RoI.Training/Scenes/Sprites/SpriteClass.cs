namespace GPT4RoI.Training.Scenes.Sprites;

/// <summary>One kind of thing.</summary>
public sealed record SpriteClass
{
    /// <summary>The icon's name in its set, such as <c>tiger-face</c>.</summary>
    public required string Icon { get; init; }

    /// <summary>Further icons that show the same kind of thing, such as its face; not every set has them.</summary>
    public IReadOnlyList<string> Also { get; init; } = [];

    /// <summary>English singular without article, such as "tiger". Unique.</summary>
    public required string Name { get; init; }

    /// <summary>English plural, such as "tigers".</summary>
    public required string Plural { get; init; }

    /// <summary>"a" or "an".</summary>
    public required string Article { get; init; }

    /// <summary>Animals, food and so on.</summary>
    public required string Category { get; init; }

    /// <summary>
    /// Classes of one group resemble or contain each other (a poodle is a dog): what is true of one is never denied of another, and they are not
    /// counted apart from each other. Null for a class that stands alone.
    /// </summary>
    public string? Group { get; init; }

    /// <summary>All its icons.</summary>
    public IEnumerable<string> Icons => [Icon, .. Also];

    /// <summary>Neither the same class nor of the same group: the one cannot be taken for the other.</summary>
    internal bool DiffersFrom(SpriteClass other) => !ReferenceEquals(this, other) && (Group is null || Group != other.Group);

    /// <summary>With its article: "a tiger".</summary>
    public string OneOf => $"{Article} {Name}";
}
