using GPT4RoI.Client.Tests.Fakes;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace GPT4RoI.Client.Tests;

public sealed class OptionsTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public void Constructor_EverythingWrong_ListsEveryKey()
    {
        var options = new Gpt4RoiClientOptions
        {
            Address = new Uri("ftp://example.org"),
            Deadlines = { Call = TimeSpan.Zero, Upload = TimeSpan.FromDays(2), Answer = TimeSpan.FromSeconds(-1) },
            Retry = { MaxAttempts = 11, BaseDelay = TimeSpan.FromSeconds(2), MaxDelay = TimeSpan.FromSeconds(1) },
        };

        var failures = Assert.Throws<OptionsValidationException>(() => new Gpt4RoiClient(options)).Failures.ToArray();

        Assert.Equal(
            ["Address", "Deadlines.Call", "Deadlines.Upload", "Deadlines.Answer", "Retry.MaxAttempts", "Retry.MaxDelay"],
            failures.Select(failure => failure.Split(' ')[0]));
    }

    [Theory]
    [InlineData("")]
    [InlineData("localhost:5090")]
    [InlineData("/relative")]
    public void Constructor_AddressThatIsNone_Throws(string address) =>
        Assert.Throws<OptionsValidationException>(() => new Gpt4RoiClient(address));

    [Theory]
    [InlineData("http://10.0.0.7:5090", false, false)]
    [InlineData("http://10.0.0.7:5090", true, true)]
    [InlineData("https://gateway.example", false, true)]
    [InlineData("http://127.0.0.1:5090", false, true)]
    [InlineData("http://localhost:5090", false, true)]
    public void Constructor_ApiKeyOverPlaintext_OnlyWhereAllowed(string address, bool allowed, bool accepted)
    {
        var options = new Gpt4RoiClientOptions { Address = new Uri(address), ApiKey = "key", AllowApiKeyOverPlaintext = allowed };
        if (accepted)
        {
            new Gpt4RoiClient(options).Dispose();
        }
        else
        {
            Assert.Contains("unencrypted", Assert.Throws<OptionsValidationException>(() => new Gpt4RoiClient(options)).Message);
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("two words")]
    [InlineData("key\r\nx-injected: 1")]
    public void Constructor_ApiKeyThatNoHeaderCanHold_Throws(string key) =>
        Assert.Throws<OptionsValidationException>(() => new Gpt4RoiClient("http://localhost:5090", key));

    [Fact]
    public async Task ApiKey_Given_IsABearerTokenOnEveryCall()
    {
        await using var gateway = await FakeGateway.StartAsync();
        await using var client = gateway.CreateClient(options => options.ApiKey = "secret");

        await client.GetModelAsync(Cancellation);
        await client.UploadImageAsync(new MemoryStream([1]), Cancellation);

        Assert.Equal(["Bearer secret", "Bearer secret"], gateway.Calls.Select(call => call.Authorization));
    }

    [Fact]
    public async Task AddGpt4RoiClient_InAContainer_GivesOneWorkingClient()
    {
        await using var gateway = await FakeGateway.StartAsync();
        var services = new ServiceCollection();
        services.AddGpt4RoiClient(options => (options.Address, options.ApiKey) = (new Uri(gateway.Address), "secret"));
        await using var provider = services.BuildServiceProvider(validateScopes: true);

        var client = provider.GetRequiredService<Gpt4RoiClient>();

        Assert.Same(client, provider.GetRequiredService<Gpt4RoiClient>());
        Assert.Equal("fake", (await client.GetModelAsync(Cancellation)).Name);
        Assert.Equal("Bearer secret", Assert.Single(gateway.Calls).Authorization);
    }

    [Fact]
    public void AddGpt4RoiClient_WrongOptions_FailsAtStart()
    {
        var services = new ServiceCollection();
        services.AddGpt4RoiClient(options => options.Retry.MaxAttempts = 0);
        using var provider = services.BuildServiceProvider();

        var failure = Assert.Throws<OptionsValidationException>(provider.GetRequiredService<IStartupValidator>().Validate);

        Assert.Equal(2, failure.Failures.Count());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1000)]
    public void Region_IdOutOfRange_Throws(int id)
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => Region.Pixels(id, 0, 0, 1, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => Region.Normalized(id, 0, 0, 1, 1));
    }
}
