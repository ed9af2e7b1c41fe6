using GPT4RoI.Gateway.Cluster;
using Grpc.Core;

namespace GPT4RoI.Gateway.Services;

/// <summary>gpt4roi.v1.ModelService.</summary>
internal sealed class ModelGrpcService(ServedModel model) : V1.ModelService.ModelServiceBase
{
    public override async Task<V1.GetModelResponse> GetModel(V1.GetModelRequest request, ServerCallContext context)
    {
        var served = await model.GetAsync(context.CancellationToken);
        return new()
        {
            Name = served.Name,
            MaxModelLength = served.MaxModelLength,
            ImageTokens = served.ImageTokens,
            AnswersAreMeaningless = served.AnswersAreMeaningless,
        };
    }
}
