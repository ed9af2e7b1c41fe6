using GPT4RoI.Engine.Vision;

namespace GPT4RoI.Engine.Tests.Vision;

public sealed class VisionOptionsValidatorTests
{
    [Fact]
    public void Validate_Defaults_Succeeds() => Assert.True(new VisionOptionsValidator().Validate(null, new()).Succeeded);

    [Fact]
    public void Validate_EverythingWrong_NamesEveryKeyAndRemedy()
    {
        var result = new VisionOptionsValidator().Validate(
            null,
            new()
            {
                MaxImagesPerBatch = 0,
                MaxRegionsPerBatch = 0,
                MaxBatchWait = TimeSpan.FromSeconds(2),
                MaxQueued = 0,
                PyramidCacheBytes = -1,
                MaxImagePixels = 0,
                MaxDecodes = 0,
                MaxQueuedDecodes = -1,
                DecodeTimeout = TimeSpan.Zero,
            });

        Assert.Equal(
            typeof(VisionOptions).GetProperties().Select(property => $"Vision:{property.Name}"),
            result.Failures!.Select(failure => failure.Split(' ')[0]));
        Assert.All(result.Failures!, failure => Assert.Contains("set it to", failure, StringComparison.Ordinal));
    }
}
