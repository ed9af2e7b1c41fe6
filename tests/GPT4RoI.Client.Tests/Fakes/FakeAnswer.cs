using Google.Protobuf.WellKnownTypes;

namespace GPT4RoI.Client.Tests.Fakes;

/// <summary>The answer that every question gets: "It is a cat.", or as many tokens as a benchmark asks for.</summary>
internal static class FakeAnswer
{
    public const string Text = "It is a cat.";
    public const int ImageTokens = 256;
    public const int InputTokens = 300;

    private static readonly string[] Words = ["It", " is", " a", " cat", "."];

    public static string[] Tokens(V1.SamplingParams? sampling)
    {
        var limit = sampling is { HasMaxTokens: true } ? sampling.MaxTokens : int.MaxValue;
        return sampling is { IgnoreEos: true }
            ? [.. Enumerable.Range(0, limit).Select(index => Words[index % Words.Length])]
            : [.. Words.Take(limit)];
    }

    /// <summary>One token per chunk, then the rest two by two: an engine may bundle tokens.</summary>
    public static IEnumerable<V1.TokenChunk> Chunks(string[] tokens)
    {
        var sizes = tokens.Take(2).Select(word => new[] { word }).Concat(tokens.Skip(2).Chunk(2));
        var next = 100;
        foreach (var words in sizes)
        {
            yield return new V1.TokenChunk { Text = string.Concat(words), TokenIds = { Enumerable.Range(next, words.Length) } };
            next += words.Length;
        }
    }

    public static V1.Finished Finished(string[] tokens, int cachedTokens) => new()
    {
        Reason = tokens.Length == Words.Length ? V1.FinishReason.Stop : V1.FinishReason.Length,
        Answer = string.Concat(tokens),
        Usage = new V1.Usage
        {
            InputTokens = InputTokens,
            ImageTokens = ImageTokens,
            RegionTokens = 4,
            CachedTokens = cachedTokens,
            OutputTokens = tokens.Length,
        },
        Timings = new V1.Timings
        {
            Encoding = Duration.FromTimeSpan(TimeSpan.FromMilliseconds(12)),
            Regions = Duration.FromTimeSpan(TimeSpan.FromMilliseconds(3)),
            Queue = Duration.FromTimeSpan(TimeSpan.FromMilliseconds(1)),
            Prefill = Duration.FromTimeSpan(TimeSpan.FromMilliseconds(20)),
            Decode = Duration.FromTimeSpan(TimeSpan.FromMilliseconds(40)),
            Total = Duration.FromTimeSpan(TimeSpan.FromMilliseconds(76)),
        },
    };
}
