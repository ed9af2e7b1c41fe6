using GPT4RoI.Contracts.Errors;
using GPT4RoI.Contracts.Regions;

namespace GPT4RoI.Contracts.Vision;

/// <summary>
/// Turns one image into features, once, cluster-wide. Key: the image's <see cref="Keys.FeatureKey"/>; vision silo. Callers wait on one shared encode.
/// </summary>
[Alias("gpt4roi.IEncoderGrain")]
public interface IEncoderGrain : IGrainWithStringKey
{
    /// <summary>Returns when all levels are in the feature store under this grain's key. The reply carries no tensor.</summary>
    [Alias("EnsureEncoded")]
    Task<Outcome<EncodeReport>> EnsureEncodedAsync(MediaRef media, CancellationToken cancellationToken);
}

/// <summary>Turns boxes of one image into region vectors. Key: the image's <see cref="Keys.FeatureKey"/>; roi silo, where the fused pyramid stays in memory.</summary>
[Alias("gpt4roi.IRoiGrain")]
public interface IRoiGrain : IGrainWithStringKey
{
    /// <summary>Puts one vector per box into the feature store and returns their keys, in the order of <paramref name="boxes"/>.</summary>
    [Alias("EnsureExtracted")]
    Task<Outcome<IReadOnlyList<string>>> EnsureExtractedAsync(MediaRef media, IReadOnlyList<RegionBox> boxes, CancellationToken cancellationToken);
}

/// <summary>Where an image's bytes are, for a silo that must decode them.</summary>
[GenerateSerializer, Immutable]
[Alias("gpt4roi.MediaRef")]
public sealed record MediaRef([property: Id(0)] string TenantId, [property: Id(1)] string ImageId);

/// <summary>What an encode did.</summary>
/// <param name="AlreadyThere">True if the features were in the store before this call.</param>
[GenerateSerializer, Immutable]
[Alias("gpt4roi.EncodeReport")]
public sealed record EncodeReport([property: Id(0)] bool AlreadyThere);
