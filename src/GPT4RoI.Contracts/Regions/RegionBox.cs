namespace GPT4RoI.Contracts.Regions;

/// <summary>A box in normalised coordinates of the upright image: 0 is left or top, 1 is right or bottom. Inside the cluster no other space exists.</summary>
[GenerateSerializer, Immutable]
[Alias("gpt4roi.RegionBox")]
public readonly record struct RegionBox(
    [property: Id(0)] float X1,
    [property: Id(1)] float Y1,
    [property: Id(2)] float X2,
    [property: Id(3)] float Y2);

/// <summary>A region of one conversation: <c>&lt;regionN&gt;</c> in a question names the region with <paramref name="Id"/> N.</summary>
/// <param name="Id">The N of <c>&lt;regionN&gt;</c>: 1 or more, unique within the conversation.</param>
/// <param name="Box">Where it is.</param>
[GenerateSerializer, Immutable]
[Alias("gpt4roi.Region")]
public sealed record Region([property: Id(0)] int Id, [property: Id(1)] RegionBox Box);
