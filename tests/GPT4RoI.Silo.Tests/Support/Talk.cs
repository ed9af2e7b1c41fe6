using GPT4RoI.Contracts.Conversations;
using GPT4RoI.Contracts.Errors;
using GPT4RoI.Contracts.Images;
using GPT4RoI.Contracts.Keys;
using GPT4RoI.Contracts.Regions;
using GPT4RoI.Contracts.Sampling;

namespace GPT4RoI.Silo.Tests.Support;

/// <summary>Holds conversations with grains.</summary>
internal static class Talk
{
    /// <summary>As the recorded answers were made.</summary>
    public static SamplingSettings Greedy { get; } = new() { Temperature = 0, MaxTokens = 24 };

    /// <summary>An answer that takes long enough to be interrupted.</summary>
    public static SamplingSettings Long { get; } = new() { Seed = 1, MaxTokens = 1500, IgnoreEos = true };

    /// <summary>Starts a conversation about a fresh image.</summary>
    public static async Task<IConversationGrain> StartAsync(LiveSilo silo, ImageDescriptor image, string tenantId = "tenant-a")
    {
        var id = $"c-{image.ImageId[..8]}-{Guid.NewGuid():n}";
        var chat = silo.Grains.GetGrain<IConversationGrain>(GrainKeys.Conversation(tenantId, id));
        var created = await chat.CreateAsync(image, TestContext.Current.CancellationToken);
        Assert.Null(created.Error);
        return chat;
    }

    /// <summary>Asks and gathers every event.</summary>
    public static async Task<List<TurnEvent>> AskAsync(
        this IConversationGrain chat, string question, IReadOnlyList<Region> newRegions, SamplingSettings? sampling = null) =>
        await chat.AskAsync(new AskRequest(question, newRegions, sampling ?? Greedy));

    /// <summary>Asks and gathers every event.</summary>
    public static async Task<List<TurnEvent>> AskAsync(this IConversationGrain chat, AskRequest request)
    {
        var events = new List<TurnEvent>();
        await foreach (var turnEvent in chat.AskAsync(request, TestContext.Current.CancellationToken))
        {
            events.Add(turnEvent);
        }
        return events;
    }

    /// <summary>The recorded turn, asked.</summary>
    public static Task<List<TurnEvent>> AskAsync(this IConversationGrain chat, RecordedTurn turn) => chat.AskAsync(turn.Question, turn.NewRegions);

    /// <summary>All token ids of a turn.</summary>
    public static IEnumerable<int> TokenIds(this IEnumerable<TurnEvent> events) => events.OfType<TurnTokens>().SelectMany(tokens => tokens.TokenIds);

    /// <summary>The error that a turn ended with.</summary>
    public static ClusterError Error(this IReadOnlyList<TurnEvent> events) => Assert.IsType<TurnFailed>(events[^1]).Error;
}
