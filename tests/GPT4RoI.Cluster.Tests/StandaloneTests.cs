using System.Net;
using GPT4RoI.Client;
using GPT4RoI.Cluster.Tests.Processes;

namespace GPT4RoI.Cluster.Tests;

public sealed class StandaloneTests : IDisposable
{
    private const string ShownInTheExample = "A scooter.";

    private readonly int[] _ports = FreePorts.Take(3);
    private readonly DirectoryInfo _data = Directory.CreateTempSubdirectory("gpt4roi-standalone-");

    [Fact]
    public async Task Start_NothingConfigured_PrintsAQuestionAnswersItRightAndStopsOnSigterm()
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        var (server, address) = await StartAsync(cancellationToken);
        await using var started = server;
        Assert.Contains("demo-small", server.Output, StringComparison.Ordinal);
        Assert.Contains($"open http://localhost:{_ports[1]}/", server.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("meaningless", server.Output, StringComparison.Ordinal);

        // the printed command, less the part that builds the program
        var command = server.Output.Split('\n').Single(line => line.Contains("dotnet run", StringComparison.Ordinal)).Trim();
        var (words, question) = (command.Split(' '), command.Split('"')[1]);
        await using var ask = ChildProcess.StartDotnet(
            "gpt4roi ask", Built.Program("GPT4RoI.Cli", "gpt4roi"), Built.Root,
            "ask", "--server", address, "--image", After("--image"), "--box", After("--box"), "--temperature", "0", "--json", question);
        Assert.Equal(0, await ask.ExitAsync(cancellationToken));
        Assert.Contains(ShownInTheExample, ask.Output, StringComparison.Ordinal);

        Assert.Equal(0, await server.TerminateAsync(cancellationToken));

        string After(string option) => words.SkipWhile(word => word != option).ElementAt(1);
    }

    [Fact]
    public async Task Start_ModelWithRandomWeights_SaysThatItsAnswersAreMeaningless()
    {
        var (server, _) = await StartAsync(TestContext.Current.CancellationToken, "--Silo:Model=models/fixture-tiny");
        await using var started = server;

        Assert.Contains("fixture-tiny", server.Output, StringComparison.Ordinal);
        Assert.Contains("meaningless", server.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Page_IsAtTheGatewaysPort_AndNotAtTheOperators()
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        var (server, _) = await StartAsync(cancellationToken);
        await using var started = server;
        using var http = new HttpClient();

        Assert.Contains("<title>GPT4RoI</title>", await http.GetStringAsync($"http://localhost:{_ports[1]}/", cancellationToken), StringComparison.Ordinal);
        using var operators = await http.GetAsync($"http://localhost:{_ports[2]}/", cancellationToken);
        Assert.Equal(HttpStatusCode.NotFound, operators.StatusCode);
    }

    [Fact]
    public async Task EngineState_ThroughTheGatewaysPort_IsNotThere()
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        var (server, _) = await StartAsync(cancellationToken);
        await using var started = server;
        using var http = new HttpClient();

        using var own = await http.GetAsync($"http://localhost:{_ports[2]}/debug/engine", cancellationToken);
        using var request = new HttpRequestMessage(HttpMethod.Get, $"http://localhost:{_ports[1]}/debug/engine") { Headers = { Host = $"localhost:{_ports[2]}" } };
        using var throughTheGateway = await http.SendAsync(request, cancellationToken);

        Assert.Equal(HttpStatusCode.OK, own.StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, throughTheGateway.StatusCode);
    }

    [Theory]
    [InlineData("Silo:Device", "tpu")]
    [InlineData("Operations:Port", "70000")]
    public async Task Start_SettingWrong_SaysWhichAndEnds(string key, string value)
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        await using var server = ChildProcess.StartDotnet(
            "standalone", Built.Program("GPT4RoI.Standalone"), Built.Root, $"--Data:Directory={_data.FullName}", $"--{key}={value}");

        Assert.Equal(1, await server.ExitAsync(cancellationToken));
        Assert.Contains(key, server.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", server.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_AfterARestart_ConversationsAndImageIdsAreStillThere()
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        var golden = GoldenConversation.Read("multiturn.clean");
        var sampling = SamplingOptions.Greedy with { MaxTokens = 24 };
        var (first, firstAddress) = await StartAsync(cancellationToken, "--Silo:Model=models/fixture-tiny");
        string conversation, image;
        await using (first)
        {
            await using var client = new Gpt4RoiClient(firstAddress);
            var uploaded = await client.UploadImageAsync(golden.ImagePath, cancellationToken);
            var chat = await client.StartConversationAsync(uploaded, cancellationToken);
            await chat.GetAnswerAsync(golden.Turns[0].Question, golden.Turns[0].NewRegions, sampling, cancellationToken);
            (conversation, image) = (chat.Id, uploaded.Id);
            Assert.Equal(0, await first.TerminateAsync(cancellationToken));
        }

        var (second, secondAddress) = await StartAsync(cancellationToken, "--Silo:Model=models/fixture-tiny");
        await using (second)
        {
            await using var client = new Gpt4RoiClient(secondAddress);
            var chat = client.OpenConversation(conversation);
            Assert.Equal([golden.Turns[0].Answer], (await chat.GetAsync(cancellationToken)).Turns.Select(turn => turn.Answer));

            // uploads live in memory only: the same file gives the same id, and the conversation goes on
            Assert.Equal(image, (await client.UploadImageAsync(golden.ImagePath, cancellationToken)).Id);
            var answer = await chat.GetAnswerAsync(golden.Turns[1].Question, golden.Turns[1].NewRegions, sampling, cancellationToken);
            Assert.Equal(golden.Turns[1].Answer, answer.Text);
        }
    }

    public void Dispose() => _data.Delete(recursive: true);

    private async Task<(ChildProcess Server, string Address)> StartAsync(CancellationToken cancellationToken, params string[] settings)
    {
        var server = ChildProcess.StartDotnet(
            "standalone", Built.Program("GPT4RoI.Standalone"), Built.Root,
            [
                $"--Gateway:GrpcPort={_ports[0]}", $"--Gateway:HttpPort={_ports[1]}", $"--Operations:Port={_ports[2]}", $"--Data:Directory={_data.FullName}",
                $"--Engine:KvCacheBytes={64 << 20}", .. settings,
            ]);
        try
        {
            await server.UntilAsync(
                "says that it is ready", () => Task.FromResult(server.Output.Contains("Ctrl-C stops", StringComparison.Ordinal)), cancellationToken);
            return (server, $"http://localhost:{_ports[0]}");
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }
}
