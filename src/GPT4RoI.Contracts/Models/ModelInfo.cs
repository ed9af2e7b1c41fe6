namespace GPT4RoI.Contracts.Models;

/// <summary>What the gateway must know of the model that the cluster serves.</summary>
/// <param name="Name">The checkpoint folder's name.</param>
/// <param name="Fingerprint">SHA-256 over config and weights, hex: part of every feature key.</param>
/// <param name="MaxModelLength">Tokens of prompt and answer together.</param>
/// <param name="ImageTokens">Tokens that one image takes in a prompt.</param>
/// <param name="AnswersAreMeaningless">True for a fixture checkpoint with random weights.</param>
[GenerateSerializer, Immutable]
[Alias("gpt4roi.ModelInfo")]
public sealed record ModelInfo(
    [property: Id(0)] string Name,
    [property: Id(1)] string Fingerprint,
    [property: Id(2)] int MaxModelLength,
    [property: Id(3)] int ImageTokens,
    [property: Id(4)] bool AnswersAreMeaningless);
