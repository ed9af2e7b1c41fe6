namespace GPT4RoI.Engine.Tests;

public sealed class LlmEngineOptionsValidatorTests
{
    public static TheoryData<string, Action<LlmEngineOptions>> Wrong => new()
    {
        { "MaxSequences", options => options.MaxSequences = 0 },
        { "MaxBatchedTokens", options => options.MaxBatchedTokens = options.MaxSequences - 1 },
        { "MaxModelLength", options => options.MaxModelLength = 1 },
        { "BlockSize", options => options.BlockSize = 0 },
        { "KvCacheBytes", options => options.KvCacheBytes = 1000 },
        { "TenantKvShare", options => options.TenantKvShare = double.NaN },
        { "TenantKvShare", options => options.TenantKvShare = 0 },
        { "MaxWaiting", options => (options.MaxWaiting, options.MaxWaitingPerTenant) = (0, 0) },
        { "MaxWaitingPerTenant", options => options.MaxWaitingPerTenant = options.MaxWaiting + 1 },
        { "QueueTimeout", options => options.QueueTimeout = TimeSpan.Zero },
        { "DrainTimeout", options => options.DrainTimeout = TimeSpan.FromSeconds(-1) },
        { "ImageCacheBytes", options => options.ImageCacheBytes = -1 },
    };

    [Fact]
    public void Validate_Defaults_Succeeds() => Assert.True(new LlmEngineOptionsValidator().Validate(null, new LlmEngineOptions()).Succeeded);

    [Theory]
    [MemberData(nameof(Wrong), DisableDiscoveryEnumeration = true)]
    public void Validate_WrongSetting_NamesKeyAndRemedy(string key, Action<LlmEngineOptions> configure)
    {
        var options = new LlmEngineOptions();
        configure(options);

        var result = new LlmEngineOptionsValidator().Validate(null, options);

        Assert.Contains(result.Failures!, failure => failure.StartsWith($"Engine:{key} is", StringComparison.Ordinal) && failure.Contains("set it to", StringComparison.Ordinal));
    }
}
