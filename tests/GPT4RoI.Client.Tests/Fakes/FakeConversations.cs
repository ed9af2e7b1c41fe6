using System.Globalization;
using System.Text.RegularExpressions;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;

namespace GPT4RoI.Client.Tests.Fakes;

/// <summary>Keeps conversations and holds questions to the contract's rules about regions.</summary>
internal sealed partial class FakeConversations(FakeGateway gateway) : V1.ConversationService.ConversationServiceBase
{
    private const int PageSize = 2;

    public override Task<V1.CreateConversationResponse> CreateConversation(V1.CreateConversationRequest request, ServerCallContext context)
    {
        if (!gateway.Images.ContainsKey(request.ImageId))
        {
            throw Failures.NotFound("No such image.");
        }
        var conversation = new V1.Conversation
        {
            Id = $"conv-{Guid.CreateVersion7():N}",
            ImageId = request.ImageId,
            CreatedAt = Timestamp.FromDateTimeOffset(DateTimeOffset.UnixEpoch),
        };
        gateway.Conversations[conversation.Id] = conversation;
        return Task.FromResult(new V1.CreateConversationResponse { Conversation = conversation });
    }

    public override Task<V1.GetConversationResponse> GetConversation(V1.GetConversationRequest request, ServerCallContext context) =>
        Task.FromResult(new V1.GetConversationResponse { Conversation = Find(request.ConversationId) });

    public override Task<V1.ListConversationsResponse> ListConversations(V1.ListConversationsRequest request, ServerCallContext context)
    {
        var start = request.PageToken.Length == 0 ? 0 : int.Parse(request.PageToken, CultureInfo.InvariantCulture);
        var all = gateway.Conversations.Values.OrderByDescending(conversation => conversation.Id, StringComparer.Ordinal).ToArray();
        return Task.FromResult(new V1.ListConversationsResponse
        {
            Conversations = { all.Skip(start).Take(PageSize) },
            NextPageToken = start + PageSize < all.Length ? $"{start + PageSize}" : "",
        });
    }

    public override Task<V1.DeleteConversationResponse> DeleteConversation(V1.DeleteConversationRequest request, ServerCallContext context) =>
        gateway.Conversations.TryRemove(request.ConversationId, out _)
            ? Task.FromResult(new V1.DeleteConversationResponse())
            : throw Failures.NotFound("No such conversation.");

    public override async Task Ask(V1.AskRequest request, IServerStreamWriter<V1.AskResponse> responseStream, ServerCallContext context)
    {
        gateway.Questions.Enqueue(request);
        if (gateway.OnAsk is { } script)
        {
            await script(request, responseStream, context);
            return;
        }
        var conversation = Find(request.ConversationId);
        CheckRegions(conversation, request);
        foreach (var stage in new[] { V1.Stage.Queued, V1.Stage.Encoding, V1.Stage.Regions, V1.Stage.Prefill })
        {
            await responseStream.WriteAsync(new V1.AskResponse { Progress = new V1.Progress { Stage = stage } });
        }
        var tokens = FakeAnswer.Tokens(request.Sampling);
        foreach (var chunk in FakeAnswer.Chunks(tokens))
        {
            await responseStream.WriteAsync(new V1.AskResponse { Tokens = chunk });
        }
        var finished = FakeAnswer.Finished(tokens, cachedTokens: conversation.Turns.Count > 0 ? FakeAnswer.ImageTokens : 0);
        conversation.Turns.Add(new V1.Turn { Question = request.Question, NewRegions = { request.NewRegions }, Answer = finished.Answer });
        await responseStream.WriteAsync(new V1.AskResponse { Finished = finished });
    }

    private static void CheckRegions(V1.Conversation conversation, V1.AskRequest request)
    {
        var known = conversation.Turns.SelectMany(turn => turn.NewRegions).Select(region => region.Id).ToHashSet();
        var mentioned = Mention().Matches(request.Question).Select(match => uint.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture)).ToHashSet();
        foreach (var (index, region) in request.NewRegions.Index())
        {
            if (!known.Add(region.Id) || !mentioned.Contains(region.Id))
            {
                throw Failures.Invalid($"new_regions[{index}].id", "A new region needs a new number and a mention in the question.");
            }
        }
        if (!mentioned.IsSubsetOf(known))
        {
            throw Failures.Invalid("question", "The question mentions an unknown region.");
        }
    }

    private V1.Conversation Find(string id) => gateway.Conversations.GetValueOrDefault(id) ?? throw Failures.NotFound("No such conversation.");

    [GeneratedRegex("<region([0-9]+)>")]
    private static partial Regex Mention();
}
