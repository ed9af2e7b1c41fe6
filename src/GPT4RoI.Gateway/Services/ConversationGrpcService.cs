using GPT4RoI.Contracts.Conversations;
using GPT4RoI.Contracts.Errors;
using GPT4RoI.Contracts.Keys;
using GPT4RoI.Gateway.Admission;
using GPT4RoI.Gateway.Cluster;
using GPT4RoI.Gateway.Errors;
using GPT4RoI.Gateway.Hosting;
using GPT4RoI.Gateway.Images;
using GPT4RoI.Gateway.Mapping;
using GPT4RoI.Gateway.Tenants;
using Grpc.Core;

namespace GPT4RoI.Gateway.Services;

/// <summary>gpt4roi.v1.ConversationService.</summary>
internal sealed class ConversationGrpcService(
    IGrainFactory grains, Conversations conversations, ConversationImages conversationImages, ImageStore images, StreamRelay relay,
    GatewayInstruments instruments)
    : V1.ConversationService.ConversationServiceBase
{
    private static readonly ClusterError ImageGone =
        new(ErrorCode.FailedPrecondition, "IMAGE_GONE", "The conversation's image was deleted or has expired; upload it again to go on.");

    public override async Task<V1.CreateConversationResponse> CreateConversation(V1.CreateConversationRequest request, ServerCallContext context)
    {
        IdRules.Image(request.ImageId).ThrowIfFailed();
        var image = await images.FindAsync(context.Tenant(), request.ImageId, context.CancellationToken) ?? throw NotFound.Image.ToRpcException();
        var created = await conversations.CreateAsync(context.Tenant(), image, context.CancellationToken);
        return new() { Conversation = created.OrThrow().ToProto() };
    }

    public override async Task<V1.GetConversationResponse> GetConversation(V1.GetConversationRequest request, ServerCallContext context)
    {
        IdRules.Conversation(request.ConversationId).ThrowIfFailed();
        var found = await Grain(context, request.ConversationId).GetAsync(context.CancellationToken);
        return new() { Conversation = Visible(found).OrThrow().ToProto() };
    }

    public override async Task<V1.ListConversationsResponse> ListConversations(V1.ListConversationsRequest request, ServerCallContext context)
    {
        (PageRules.Size(request.PageSize) ?? IdRules.PageToken(request.PageToken)).ThrowIfFailed();
        var size = request.PageSize == 0 ? RequestLimits.DefaultPageSize : request.PageSize;
        var page = await grains.GetGrain<ITenantGrain>(context.Tenant().Id).ListAsync(size, request.PageToken, context.CancellationToken);
        return new() { Conversations = { page.Entries.Select(ConversationMapping.ToProto) }, NextPageToken = page.NextPageToken };
    }

    public override async Task<V1.DeleteConversationResponse> DeleteConversation(V1.DeleteConversationRequest request, ServerCallContext context)
    {
        IdRules.Conversation(request.ConversationId).ThrowIfFailed();
        return await conversations.DeleteAsync(context.Tenant(), request.ConversationId, context.CancellationToken)
            ? new()
            : throw NotFound.Conversation.ToRpcException();
    }

    public override async Task Ask(V1.AskRequest request, IServerStreamWriter<V1.AskResponse> responseStream, ServerCallContext context)
    {
        (IdRules.Conversation(request.ConversationId) ?? QuestionRules.Ask(request.Question) ?? SamplingRules.Check(request.Sampling)
            ?? TurnRules.Check(request.TurnId, request.Received)).ThrowIfFailed();
        var about = Visible(await conversationImages.FindAsync(context.Tenant(), request.ConversationId, context.CancellationToken)).OrThrow();
        RegionRules.Check(request.NewRegions, about, "new_regions").ThrowIfFailed();
        if (await images.FindAsync(context.Tenant(), about.ImageId, context.CancellationToken) is null)
        {
            throw ImageGone.ToRpcException();
        }

        var turn = request.TurnId.Length > 0 ? request.TurnId : Guid.NewGuid().ToString("n");
        var question = new AskRequest(request.Question, request.NewRegions.ToContracts(about), request.Sampling.ToContract(turn))
        {
            TurnId = turn,
            Relayed = request.Received is { } received ? new((int)received.Tokens, (int)received.TextBytes) : RelayedAnswer.Nothing,
        };
        var answer = new ResumableAnswer(Grain(context, request.ConversationId), question);
        await relay.RunAsync(answer, (happened, token) => responseStream.WriteAsync(happened.ToProto(), token), context.CancellationToken);
        if (!answer.HasEnded)
        {
            throw StreamEnds.TooEarly.ToRpcException();
        }
        if (answer.Usage is { } usage)
        {
            instruments.Answered(context.Tenant().Id, usage);
        }
    }

    private IConversationGrain Grain(ServerCallContext context, string conversationId) =>
        grains.GetGrain<IConversationGrain>(GrainKeys.Conversation(context.Tenant().Id, conversationId));

    /// <summary>A grain's own words for a conversation that is not there give way to the one text for it.</summary>
    private static Outcome<T> Visible<T>(Outcome<T> outcome) => outcome.Error is { Code: ErrorCode.NotFound } ? NotFound.Conversation : outcome;
}
