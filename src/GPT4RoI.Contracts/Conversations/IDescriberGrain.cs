using GPT4RoI.Contracts.Images;
using GPT4RoI.Contracts.Regions;
using GPT4RoI.Contracts.Sampling;

namespace GPT4RoI.Contracts.Conversations;

/// <summary>Asks one question about each of many regions of an image, without a conversation: the prompts share the image prefix. Llm silo.</summary>
[Alias("gpt4roi.IDescriberGrain")]
public interface IDescriberGrain : IGrainWithStringKey
{
    /// <summary>Streams every region's answer, interleaved, each under its region's id; a failed region does not end the others.</summary>
    [Alias("Describe")]
    IAsyncEnumerable<RegionEvent> DescribeAsync(DescribeRequest request, CancellationToken cancellationToken);
}

/// <summary>One question for many regions.</summary>
/// <param name="TenantId">Whose request it is.</param>
/// <param name="Image">The image.</param>
/// <param name="Regions">The regions, each described on its own.</param>
/// <param name="Question">Contains <c>&lt;region&gt;</c> once: the place of the region.</param>
/// <param name="Sampling">How to choose tokens.</param>
[GenerateSerializer, Immutable]
[Alias("gpt4roi.DescribeRequest")]
public sealed record DescribeRequest(
    [property: Id(0)] string TenantId,
    [property: Id(1)] ImageDescriptor Image,
    [property: Id(2)] IReadOnlyList<Region> Regions,
    [property: Id(3)] string Question,
    [property: Id(4)] SamplingSettings Sampling)
{
    /// <summary>What the reader has of regions' answers, by region id.</summary>
    [Id(5)] public IReadOnlyDictionary<int, RelayedAnswer> Relayed { get; init; } = new Dictionary<int, RelayedAnswer>();
}

/// <summary>An event of one region's answer. RegionId 0 with a <see cref="TurnFailed"/> means that the whole request failed.</summary>
[GenerateSerializer, Immutable]
[Alias("gpt4roi.RegionEvent")]
public sealed record RegionEvent([property: Id(0)] int RegionId, [property: Id(1)] TurnEvent Event);
