using System.Net;
using System.Net.Sockets;
using GPT4RoI.Client.Tests.Fakes;

namespace GPT4RoI.Cli.Tests;

public sealed class CommandLineTests
{
    [Theory]
    [InlineData("--help", "ask", "chat", "weights", "bench", "Exit codes: 0 done, 1 failed, 2 wrong usage, 3 server")]
    [InlineData("ask --help", "--image", "--box", "--norm", "--temperature", "--server", "--api-key", "--json", "<region")]
    [InlineData("bench serve --help", "--concurrency", "--rate", "--image-reuse", "--output-tokens", "--seed")]
    [InlineData("weights apply-delta --help", "--base", "--delta", "--out")]
    [InlineData("data inspect --help", "--config", "--kind", "refcoco+", "--tokenizer", "--template")]
    public async Task Help_OfACommand_NamesWhatItTakes(string command, params string[] expected)
    {
        var run = await CliRun.OfAsync(command.Split(' '));

        Assert.Equal(ExitCodes.Ok, run.ExitCode);
        var text = string.Join(' ', run.Output.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)); // help wraps its lines
        Assert.All(expected, word => Assert.Contains(word, text));
    }

    [Fact]
    public async Task Help_KeyInTheEnvironment_DoesNotShowIt()
    {
        var run = await CliRun.OfAsync(null, ["ask", "--help"], variables: new() { ["GPT4ROI_API_KEY"] = "topsecret" });
        Assert.DoesNotContain("topsecret", run.Output);
    }

    [Theory]
    [InlineData("", "Try: gpt4roi --help")]
    [InlineData("paint", "Try: gpt4roi --help")]
    [InlineData("bench", "Try: gpt4roi bench --help")]
    [InlineData("ask --image no-such-file.png Hello?", "no-such-file.png")]
    [InlineData("ask Hello?", "--image")]
    [InlineData("bench serve --requests 0", "--requests is 0: give 1 to 1000000.")]
    [InlineData("bench serve --image-reuse 101", "--image-reuse")]
    [InlineData("bench serve --rate 0", "--rate must be above 0")]
    [InlineData("bench serve --rate 3 --concurrency 4", "exclude each other")]
    [InlineData("weights inspect no-such-folder", "no-such-folder")]
    [InlineData("weights apply-delta --base .", "--delta")]
    public async Task WrongUsage_AnyCommand_IsExitCode2WithAHint(string command, string hint)
    {
        var run = await CliRun.OfAsync(command.Split(' ', StringSplitOptions.RemoveEmptyEntries));

        Assert.Equal(ExitCodes.Usage, run.ExitCode);
        Assert.Contains(hint, run.Error);
        Assert.Empty(run.Output);
    }

    [Theory]
    [InlineData("1,2,3")]
    [InlineData("1,2,3,x")]
    [InlineData("1,2,3,NaN")]
    [InlineData("1;2;3;4")]
    public async Task WrongUsage_BoxThatIsNone_IsExitCode2(string box)
    {
        var run = await CliRun.OfAsync("ask", "--image", TestFiles.Photo, "--box", box, "What is <region1>?");

        Assert.Equal(ExitCodes.Usage, run.ExitCode);
        Assert.Contains($"'{box}' is not a box", run.Error);
    }

    [Theory]
    [InlineData("not an address")]
    [InlineData("ftp://example.org")]
    public async Task WrongUsage_ServerThatIsNoAddress_IsExitCode2(string server)
    {
        var run = await CliRun.OfAsync("ask", "--server", server, "--image", TestFiles.Photo, "Hello?");

        Assert.Equal(ExitCodes.Usage, run.ExitCode);
        Assert.Contains("Address is", run.Error);
    }

    [Fact]
    public async Task Unreachable_Server_IsExitCode3()
    {
        var address = UnusedAddress();
        foreach (var command in new[] { "ask", "chat" })
        {
            string[] question = command == "ask" ? ["Hello?"] : [];
            var run = await CliRun.OfAsync([command, "--server", address, "--image", TestFiles.Photo, .. question]);
            Assert.Equal((ExitCodes.Unavailable, ""), (run.ExitCode, run.Output));
            Assert.Contains("The server cannot be reached", run.Error);
            Assert.Contains("GPT4ROI_SERVER", run.Error);
        }
        Assert.Equal(ExitCodes.Unavailable, (await CliRun.OfAsync("bench", "serve", "--server", address)).ExitCode);
    }

    [Fact]
    public async Task ApiKey_FromTheEnvironmentOrTheCommandLine_TheLatterWins()
    {
        await using var gateway = await FakeGateway.StartAsync();
        string[] ask = ["ask", "--image", TestFiles.Photo, "Hello?"];

        await CliRun.OfAsync(gateway, ask, variables: new() { ["GPT4ROI_API_KEY"] = "one" });
        Assert.All(gateway.Calls, call => Assert.Equal("Bearer one", call.Authorization));

        gateway.Calls.Clear();
        await CliRun.OfAsync(gateway, [.. ask, "--api-key", "two"], variables: new() { ["GPT4ROI_API_KEY"] = "one" });
        Assert.All(gateway.Calls, call => Assert.Equal("Bearer two", call.Authorization));
    }

    private static string UnusedAddress()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return $"http://{listener.LocalEndpoint}";
    }
}
