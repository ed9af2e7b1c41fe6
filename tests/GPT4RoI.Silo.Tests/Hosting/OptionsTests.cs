using GPT4RoI.Model;
using GPT4RoI.Silo.Features;
using GPT4RoI.Silo.Grains;
using GPT4RoI.Silo.Hosting;
using GPT4RoI.Silo.Tests.Support;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace GPT4RoI.Silo.Tests.Hosting;

public sealed class OptionsTests
{
    private readonly Dictionary<string, string?> _settings = new()
    {
        ["Silo:Roles"] = "vision, roi, llm",
        ["Silo:Model"] = Tiny.Model,
        ["Cluster:Redis"] = "localhost:6379",
        ["Cluster:Secret"] = Convert.ToBase64String(new byte[32]),
        ["Store:Features"] = "localhost:6379,password=x,ssl=true",
    };

    [Fact]
    public void Validate_LeastThatIsNeeded_Succeeds() => Assert.Empty(Failures());

    [Theory]
    [InlineData("Silo:Roles", "")]
    [InlineData("Silo:Roles", "vision,gateway")]
    [InlineData("Silo:Model", "")]
    [InlineData("Silo:Model", "no/such/folder")]
    [InlineData("Silo:ModelChecksum", "abc")]
    [InlineData("Silo:Device", "tpu")]
    [InlineData("Silo:Dtype", "float16")]
    [InlineData("Silo:Threads", "-1")]
    [InlineData("Silo:AdvertisedAddress", "here")]
    [InlineData("Silo:SiloPort", "0")]
    [InlineData("Silo:GatewayPort", "-1")]
    [InlineData("Silo:VisionDeadline", "00:00:00")]
    [InlineData("Silo:MaxImagePixels", "0")]
    [InlineData("Cluster:Redis", "")]
    [InlineData("Cluster:Secret", "")]
    [InlineData("Cluster:Secret", "c2hvcnQ=")]
    [InlineData("Cluster:Secret", "not base64, but long enough to be a secret")]
    [InlineData("Cluster:ClusterId", "")]
    [InlineData("Cluster:ResponseTimeout", "00:00:01")]
    [InlineData("Cluster:DeathVotes", "0")]
    [InlineData("Store:Features", "")]
    [InlineData("Store:FeatureLifetime", "00:00:00")]
    [InlineData("Store:Deadline", "00:02:00")]
    [InlineData("Store:LocalCacheBytes", "0")]
    [InlineData("Conversations:MaxTurns", "0")]
    [InlineData("Conversations:MaxRegions", "1000")]
    [InlineData("Conversations:MaxConversationsPerTenant", "-1")]
    [InlineData("Conversations:MaxPageSize", "0")]
    [InlineData("Conversations:MaxParallelDescriptions", "0")]
    [InlineData("Conversations:TurnDeadline", "00:00:00")]
    public void Validate_OneSettingWrong_NamesIt(string key, string value)
    {
        _settings[key] = value;

        Assert.Contains(key, Assert.Single(Failures()), StringComparison.Ordinal);
    }

    [Fact]
    public void Validate_NothingSet_NamesEverythingThatIsMissing()
    {
        _settings.Clear();

        string[] missing = ["Silo:Roles", "Silo:Model", "Cluster:Redis", "Cluster:Secret", "Store:Features"];
        Assert.Equal(missing.Order(), Failures().Select(failure => failure.Split(' ')[0]).Order());
    }

    [Theory]
    [InlineData("cpu", "float32", true)]
    [InlineData("cuda", "bfloat16", true)]
    [InlineData("cuda:1", "float16", true)]
    [InlineData("cpu", "bfloat16", false)]
    [InlineData("cuda:x", "float16", false)]
    [InlineData("cuda:1:2", "float16", false)]
    [InlineData("cuda", "int8", false)]
    public void ModelPlacement_DeviceAndDtype_AreReadTogether(string device, string dtype, bool expected) =>
        Assert.Equal(expected, ModelPlacement.Parse(device, dtype) is not null);

    private List<string> Failures() =>
    [
        .. Validate<SiloOptions>(SiloOptions.Section, new SiloOptionsValidator()),
        .. Validate<ClusterNodeOptions>(ClusterNodeOptions.Section, new ClusterNodeOptionsValidator()),
        .. Validate<StoreOptions>(StoreOptions.Section, new StoreOptionsValidator()),
        .. Validate<ConversationOptions>(ConversationOptions.Section, new ConversationOptionsValidator()),
    ];

    private IEnumerable<string> Validate<T>(string section, IValidateOptions<T> validator)
        where T : class, new()
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(_settings).Build();
        return validator.Validate(null, configuration.GetSection(section).Get<T>() ?? new T()).Failures ?? [];
    }
}
