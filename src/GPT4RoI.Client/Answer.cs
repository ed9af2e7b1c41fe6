namespace GPT4RoI.Client;

/// <summary>A complete answer.</summary>
/// <param name="Text">All of its text.</param>
/// <param name="FinishReason">Why it ended.</param>
/// <param name="Usage">What it cost.</param>
/// <param name="Timings">Where the time went, as the server saw it.</param>
public sealed record Answer(string Text, FinishReason FinishReason, Usage Usage, Timings Timings);

/// <summary>Why an answer ended.</summary>
public enum FinishReason
{
    /// <summary>The server gave a reason that this version of the client does not know.</summary>
    Unknown,

    /// <summary>The model ended its answer, or a stop text or stop token came.</summary>
    Stop,

    /// <summary><see cref="SamplingOptions.MaxTokens"/> or the model's length was reached.</summary>
    Length,
}

/// <summary>What an answer cost, in tokens.</summary>
/// <param name="InputTokens">All prompt tokens, image and region tokens among them.</param>
/// <param name="ImageTokens">Prompt tokens that stand for the image.</param>
/// <param name="RegionTokens">Prompt tokens that stand for regions.</param>
/// <param name="CachedTokens">Prompt tokens that the prefix cache held.</param>
/// <param name="OutputTokens">Generated tokens.</param>
public sealed record Usage(int InputTokens, int ImageTokens, int RegionTokens, int CachedTokens, int OutputTokens);

/// <summary>Where the time of a turn went, as the server saw it.</summary>
/// <param name="Encoding">Waiting for image features.</param>
/// <param name="Regions">Waiting for region vectors.</param>
/// <param name="Queue">Waiting for the engine to admit the sequence.</param>
/// <param name="Prefill">Admission to first token.</param>
/// <param name="Decode">First to last token.</param>
/// <param name="Total">The whole turn.</param>
public sealed record Timings(TimeSpan Encoding, TimeSpan Regions, TimeSpan Queue, TimeSpan Prefill, TimeSpan Decode, TimeSpan Total);
