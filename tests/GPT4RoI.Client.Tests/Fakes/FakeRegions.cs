using Grpc.Core;

namespace GPT4RoI.Client.Tests.Fakes;

/// <summary>Answers for every region, interleaved; region 13 fails.</summary>
internal sealed class FakeRegions : V1.RegionService.RegionServiceBase
{
    public const uint UnluckyRegion = 13;

    public override async Task DescribeRegions(
        V1.DescribeRegionsRequest request, IServerStreamWriter<V1.DescribeRegionsResponse> responseStream, ServerCallContext context)
    {
        var tokens = FakeAnswer.Tokens(request.Sampling);
        foreach (var chunk in FakeAnswer.Chunks(tokens))
        {
            foreach (var region in request.Regions.Where(region => region.Id != UnluckyRegion))
            {
                await responseStream.WriteAsync(new V1.DescribeRegionsResponse { RegionId = region.Id, Tokens = chunk });
            }
        }
        foreach (var (index, region) in request.Regions.Index())
        {
            await responseStream.WriteAsync(region.Id == UnluckyRegion
                ? new V1.DescribeRegionsResponse { RegionId = region.Id, Failed = Failure(index) }
                : new V1.DescribeRegionsResponse { RegionId = region.Id, Finished = FakeAnswer.Finished(tokens, cachedTokens: 0) });
        }
    }

    private static V1.RegionFailure Failure(int index) => new()
    {
        Code = (int)StatusCode.InvalidArgument,
        Reason = "BOX_OUTSIDE_IMAGE",
        Message = "The box lies outside the image.",
        Field = $"regions[{index}].box",
    };
}

/// <summary>A model that is none.</summary>
internal sealed class FakeModels : V1.ModelService.ModelServiceBase
{
    public override Task<V1.GetModelResponse> GetModel(V1.GetModelRequest request, ServerCallContext context) => Task.FromResult(
        new V1.GetModelResponse { Name = "fake", MaxModelLength = 2048, ImageTokens = FakeAnswer.ImageTokens, AnswersAreMeaningless = true });
}
