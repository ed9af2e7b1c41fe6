using System.Net;
using System.Text.RegularExpressions;
using GPT4RoI.Client;
using GPT4RoI.Cluster.Tests.Processes;

namespace GPT4RoI.Cluster.Tests;

/// <summary>What operators see of the processes of a cluster, after it has answered.</summary>
public sealed partial class OperationsTests(ClusterFixture fixture)
{
    private static readonly HttpClient Http = new() { Timeout = TimeSpan.FromSeconds(10) };

    [Fact]
    public async Task Metrics_OfAllProcesses_AreExactlyTheDocumentedOnes()
    {
        var cluster = await AnsweredAsync();
        var scraped = new HashSet<string>();
        foreach (var process in (Uri[])[cluster.Gateway.Operations, cluster.Vision.Operations, .. cluster.Llm.Select(silo => silo.Operations)])
        {
            scraped.UnionWith(Ours().Matches(await GetAsync(process, "/metrics")).Select(match => match.Groups[1].Value));
        }

        Assert.Equal(Documented().Order(), scraped.Order());
    }

    [Fact]
    public async Task Metrics_AfterAnAnswer_CountItsTokens()
    {
        var cluster = await AnsweredAsync();

        var gateway = await GetAsync(cluster.Gateway.Operations, "/metrics");

        Assert.Matches("""gpt4roi_gateway_tokens_total\{[^}]*tenant="local"[^}]*type="output"[^}]*\} [1-9]""", gateway);
        Assert.Matches("""gen_ai_server_request_duration_seconds_count\{[^}]*\} [1-9]""", gateway);
        Assert.Matches("""gpt4roi_gateway_streams_open\{?[^}]*\}? 0""", gateway);
    }

    [Theory]
    [InlineData("/health/live")]
    [InlineData("/health/ready")]
    [InlineData("/metrics")]
    [InlineData("/debug/engine")]
    public async Task OperationsPaths_OnThePortOfTheWorld_AreNotThere(string path)
    {
        var cluster = await fixture.StartAsync(TestContext.Current.CancellationToken);

        using var reply = await Http.GetAsync(new Uri(cluster.Gateway.Web, path), TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.NotFound, reply.StatusCode);
    }

    [Fact]
    public async Task Health_OfEveryProcess_IsAliveAndReady()
    {
        var cluster = await fixture.StartAsync(TestContext.Current.CancellationToken);

        foreach (var process in (Uri[])[cluster.Gateway.Operations, cluster.Vision.Operations, .. cluster.Llm.Select(silo => silo.Operations)])
        {
            await GetAsync(process, "/health/live");
            await GetAsync(process, "/health/ready");
        }
    }

    private async Task<RunningCluster> AnsweredAsync()
    {
        var cluster = await fixture.StartAsync(TestContext.Current.CancellationToken);
        await using var client = cluster.Connect();
        var golden = GoldenConversation.Read("single");
        using var picture = Pictures.Copy(golden.ImagePath, 5000);
        var image = await client.UploadImageAsync(picture, TestContext.Current.CancellationToken);
        var sampling = SamplingOptions.Greedy with { MaxTokens = 4 };
        await using var chat = await client.StartConversationAsync(image, TestContext.Current.CancellationToken);
        await chat.GetAnswerAsync(golden.Turns[0].Question, golden.Turns[0].NewRegions, sampling, TestContext.Current.CancellationToken);
        return cluster;
    }

    private static async Task<string> GetAsync(Uri process, string path) =>
        await Http.GetStringAsync(new Uri(process, path), TestContext.Current.CancellationToken);

    // The table's names as Prometheus has them.
    private static IEnumerable<string> Documented() => File.ReadLines(Built.File("docs/metrics.md")).Select(line => Row().Match(line)).Where(row => row.Success)
        .Select(row => WithUnit(row.Groups["name"].Value.Replace('.', '_'), row.Groups["unit"].Value) + (row.Groups["kind"].Value == "counter" ? "_total" : ""));

    private static string WithUnit(string name, string unit) => (unit switch { "s" => "_seconds", "By" => "_bytes", _ => "" }) is var suffix && name.EndsWith(suffix, StringComparison.Ordinal)
        ? name
        : name + suffix;

    [GeneratedRegex("^# TYPE ((?:gpt4roi|gen_ai)_[a-z0-9_]+) ", RegexOptions.Multiline)]
    private static partial Regex Ours();

    [GeneratedRegex(@"^\| `(?<name>[a-z0-9_.]+)` \| (?<kind>[a-z-]+), (?<unit>[^ ]+) \|")]
    private static partial Regex Row();
}
