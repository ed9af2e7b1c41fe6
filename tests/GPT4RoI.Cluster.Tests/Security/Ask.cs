using GPT4RoI.Client;

namespace GPT4RoI.Cluster.Tests.Security;

/// <summary>Short forms of asking.</summary>
internal static class Ask
{
    /// <summary>Short greedy answers: equal prompts and features give equal tokens.</summary>
    public static readonly SamplingOptions Greedy = SamplingOptions.Greedy with { MaxTokens = 10 };

    /// <summary>As long as the recorded conversations' answers.</summary>
    public static readonly SamplingOptions Recorded = SamplingOptions.Greedy with { MaxTokens = 24 };

    /// <summary>Uploads a file that is already in memory.</summary>
    public static async Task<ImageInfo> UploadAsync(this Gpt4RoiClient client, byte[] file, CancellationToken cancellationToken)
    {
        using var stream = new MemoryStream(file);
        return await client.UploadImageAsync(stream, cancellationToken);
    }

    /// <summary>The first answer of a new conversation, as token ids in a line.</summary>
    public static async Task<string> FirstAnswerAsync(
        this Gpt4RoiClient client, string imageId, string question, IReadOnlyList<Region> regions, CancellationToken cancellationToken)
    {
        await using var chat = await client.StartConversationAsync(imageId, cancellationToken);
        return string.Join(' ', await chat.TokensAsync(question, regions, Greedy, cancellationToken));
    }

    /// <summary>The token ids of an answer.</summary>
    public static async Task<IReadOnlyList<int>> TokensAsync(
        this Conversation chat, string question, IReadOnlyList<Region> regions, SamplingOptions sampling, CancellationToken cancellationToken)
    {
        var tokens = new List<int>();
        await foreach (var update in chat.AskAsync(question, regions, sampling, cancellationToken))
        {
            tokens.AddRange((update as TokensUpdate)?.TokenIds ?? []);
        }
        Assert.NotEmpty(tokens);
        return tokens;
    }

    /// <summary>Holds a recorded conversation about a copy of its picture and compares every token with the recorded ones.</summary>
    public static async Task HoldGoldenAsync(this Gpt4RoiClient client, string name, int copy, CancellationToken cancellationToken)
    {
        var golden = GoldenConversation.Read(name);
        using var picture = Pictures.Copy(golden.ImagePath, copy);
        await using var chat = await client.StartConversationAsync(await client.UploadImageAsync(picture, cancellationToken), cancellationToken);
        foreach (var turn in golden.Turns)
        {
            Assert.Equal(turn.TokenIds, await chat.TokensAsync(turn.Question, turn.NewRegions, Recorded, cancellationToken));
        }
    }
}
