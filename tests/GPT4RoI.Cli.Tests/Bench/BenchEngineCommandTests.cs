namespace GPT4RoI.Cli.Tests.Bench;

public sealed class BenchEngineCommandTests
{
    [Fact]
    public async Task Run_OnTheFixtureModel_PrintsEveryRoundWithItsYardsticks()
    {
        var run = await CliRun.OfAsync(
            "bench", "engine", "--model", Repository.PathOf("tests", "golden", "tiny"), "--batch", "1", "3", "--prompt-tokens", "20", "--output-tokens", "4", "--repeats", "1");

        Assert.Equal(ExitCodes.Ok, run.ExitCode);
        var rounds = run.Document.GetProperty("rounds").EnumerateArray().ToArray();
        Assert.Equal([1, 3], rounds.Select(round => round.GetProperty("batch_size").GetInt32()));
        Assert.All(rounds, round =>
        {
            Assert.True(round.GetProperty("tokens_per_second").GetDouble() > 0);
            Assert.True(round.GetProperty("matmul_milliseconds").GetDouble() > 0);
            Assert.True(round.GetProperty("share_of_copy").GetDouble() > 0);
        });
        Assert.True(run.Document.GetProperty("copy_gigabytes_per_second").GetDouble() > 0);
    }

    [Theory]
    [InlineData("768,2048,12")]
    [InlineData("100,200,2,3")]
    [InlineData("0,200,2,2")]
    public async Task Shape_ThatIsNone_IsAUsageError(string shape)
    {
        var run = await CliRun.OfAsync("bench", "engine", "--model", Repository.PathOf("tests", "golden", "tiny"), "--shape", shape);

        Assert.Equal(ExitCodes.Usage, run.ExitCode);
        Assert.Contains("--shape", run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--output-tokens", "1")]
    [InlineData("--prompt-tokens", "0")]
    [InlineData("--batch", "0")]
    public async Task Number_TooSmall_IsAUsageErrorThatNamesIt(string option, string value)
    {
        var run = await CliRun.OfAsync("bench", "engine", "--model", Repository.PathOf("tests", "golden", "tiny"), option, value);

        Assert.Equal((ExitCodes.Usage, 1), (run.ExitCode, run.Error.Split("gpt4roi: ").Length - 1));
        Assert.Contains($"{option} must be at least", run.Error, StringComparison.Ordinal);
    }
}
