using System.Collections.Concurrent;
using GPT4RoI.Contracts.Conversations;
using GPT4RoI.Contracts.Vision;

namespace GPT4RoI.Gateway.Tests.Fixtures;

/// <summary>What the fake grains know and have seen. Tests use images and questions of their own, so they share it without meeting.</summary>
internal sealed class FakeState
{
    private readonly ConcurrentDictionary<string, TaskCompletionSource<(string Key, MediaRef Media)>> _encodes = new();
    private readonly ConcurrentDictionary<string, TaskCompletionSource> _hanging = new();
    private readonly ConcurrentDictionary<string, TaskCompletionSource> _cancelled = new();

    /// <summary>Text that only an exception inside a grain holds.</summary>
    public const string Secret = "secret-path-/opt/weights/llama.bin-0x7f3a";

    /// <summary>An image of this width cannot get a conversation; of the next one, making it throws.</summary>
    public const int RefusedWidth = 13, ThrowingWidth = 14;

    public static readonly string[] AllRoles = [Contracts.Roles.Vision, Contracts.Roles.Roi, Contracts.Roles.Llm];

    public ConcurrentDictionary<string, ConversationInfo> Conversations { get; } = new();

    public ConcurrentDictionary<string, ConcurrentDictionary<string, ConversationEntry>> Tenants { get; } = new();

    /// <summary>The last request of each conversation, by grain key.</summary>
    public ConcurrentDictionary<string, AskRequest> Asked { get; } = new();

    /// <summary>The last describe request, by question.</summary>
    public ConcurrentDictionary<string, (string Key, DescribeRequest Request)> Described { get; } = new();

    /// <summary>The last chat request, by question.</summary>
    public ConcurrentDictionary<string, (string Key, ChatRequest Request)> Chatted { get; } = new();

    /// <summary>What the roles grain answers; null never answers.</summary>
    public IReadOnlyList<string>? Roles { get; set; } = AllRoles;

    public int RoleQuestions;

    /// <summary>Done when the image was given to its encoder.</summary>
    public TaskCompletionSource<(string Key, MediaRef Media)> Encode(string imageId) =>
        _encodes.GetOrAdd(imageId, _ => new(TaskCreationOptions.RunContinuationsAsynchronously));

    /// <summary>Done when the grain that answers this question hangs.</summary>
    public TaskCompletionSource Hanging(string question) => _hanging.GetOrAdd(question, _ => new(TaskCreationOptions.RunContinuationsAsynchronously));

    /// <summary>Done when the grain that answers this question has seen the cancellation.</summary>
    public TaskCompletionSource Cancelled(string question) =>
        _cancelled.GetOrAdd(question, _ => new(TaskCreationOptions.RunContinuationsAsynchronously));
}
