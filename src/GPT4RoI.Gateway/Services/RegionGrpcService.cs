using System.Security.Cryptography;
using GPT4RoI.Contracts.Conversations;
using GPT4RoI.Gateway.Admission;
using GPT4RoI.Gateway.Cluster;
using GPT4RoI.Gateway.Errors;
using GPT4RoI.Gateway.Hosting;
using GPT4RoI.Gateway.Images;
using GPT4RoI.Gateway.Mapping;
using GPT4RoI.Gateway.Tenants;
using Grpc.Core;

namespace GPT4RoI.Gateway.Services;

/// <summary>gpt4roi.v1.RegionService.</summary>
internal sealed class RegionGrpcService(IGrainFactory grains, ImageStore images, StreamRelay relay, GatewayInstruments instruments)
    : V1.RegionService.RegionServiceBase
{
    private const string DefaultQuestion = "What is <region>?";

    public override async Task DescribeRegions(
        V1.DescribeRegionsRequest request, IServerStreamWriter<V1.DescribeRegionsResponse> responseStream, ServerCallContext context)
    {
        var tenant = context.Tenant();
        (IdRules.Image(request.ImageId) ?? QuestionRules.Describe(request.Question) ?? SamplingRules.Check(request.Sampling)).ThrowIfFailed();
        var image = await images.FindAsync(tenant, request.ImageId, context.CancellationToken) ?? throw NotFound.Image.ToRpcException();
        RegionRules.CheckSome(request.Regions, image, "regions").ThrowIfFailed();

        var describe = new DescribeRequest(
            tenant.Id,
            image,
            request.Regions.ToContracts(image),
            request.Question.Length > 0 ? request.Question : DefaultQuestion,
            request.Sampling.ToContract());
        var once = RandomNumberGenerator.GetHexString(32, lowercase: true);
        var describer = grains.GetGrain<IDescriberGrain>($"{tenant.Id}/{ConversationIds.ImageTag(image)}/{once}");
        var answers = new ResumableDescriptions(describer, describe);
        await relay.RunAsync(answers, (happened, token) => responseStream.WriteAsync(happened.ToProto(), token), context.CancellationToken);
        if (!answers.HasEnded)
        {
            throw StreamEnds.TooEarly.ToRpcException();
        }
        foreach (var usage in answers.Usages)
        {
            instruments.Answered(tenant.Id, usage);
        }
    }
}
