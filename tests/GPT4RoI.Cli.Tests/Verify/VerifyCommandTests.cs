namespace GPT4RoI.Cli.Tests.Verify;

public sealed class VerifyCommandTests
{
    [Theory]
    [InlineData("preprocess", 12)]
    [InlineData("clip", 33)]
    [InlineData("roi_align", 12)]
    [InlineData("regions", 100)]
    [InlineData("tokenizer", 200)]
    [InlineData("app_logic", 80)]
    [InlineData("sampling", 4)]
    [InlineData("prompts", 150)]
    [InlineData("delta", 60)]
    [InlineData("full_spi", 60)]
    public async Task Stage_OfTheGoldenFixtures_PassesEveryCase(string stage, int atLeast)
    {
        var run = await CliRun.OfAsync("verify", "--fixtures", Repository.PathOf("tests", "golden"), "--stage", stage, "--json");

        Assert.Empty(run.Lines.Where(line => !line.GetProperty("passed").GetBoolean()).Select(line => line.ToString()));
        Assert.InRange(run.Lines.Length, atLeast, int.MaxValue);
        Assert.Equal(ExitCodes.Ok, run.ExitCode);
    }

    [Fact]
    public async Task Fixture_WithOneChangedNumber_FailsThatCaseAlone()
    {
        using var copy = new FixtureCopy();
        // The last four bytes of the file belong to its last tensor.
        var path = Path.Combine(copy.Root, "cases", "roi_align_unit.safetensors");
        using (var stream = new FileStream(path, FileMode.Open))
        {
            stream.Seek(-4, SeekOrigin.End);
            stream.Write(BitConverter.GetBytes(1e6f));
        }

        var run = await CliRun.OfAsync("verify", "--fixtures", copy.Root, "--stage", "roi_align", "--json");

        Assert.Equal(ExitCodes.Failed, run.ExitCode);
        Assert.InRange(run.Lines.Count(line => !line.GetProperty("passed").GetBoolean()), 1, 2); // one per kernel
    }

    [Fact]
    public async Task Fixture_WithTruncatedFile_IsOneFailedCaseAndTheNextStageRuns()
    {
        using var copy = new FixtureCopy();
        var path = Path.Combine(copy.Root, "cases", "roi_align_unit.safetensors");
        using (var stream = new FileStream(path, FileMode.Open))
        {
            stream.SetLength(stream.Length - 1);
        }

        var run = await CliRun.OfAsync("verify", "--fixtures", copy.Root, "--stage", "roi_align", "app_logic", "--json");

        Assert.Equal(ExitCodes.Failed, run.ExitCode);
        var failed = Assert.Single(run.Lines, line => !line.GetProperty("passed").GetBoolean());
        Assert.Equal("roi_align", failed.GetProperty("stage").GetString());
        Assert.Contains(run.Lines, line => line.GetProperty("stage").GetString() == "app_logic");
    }

    [Fact]
    public async Task Folder_WithoutFixtures_Fails()
    {
        var folder = Directory.CreateTempSubdirectory("gpt4roi-empty-");

        var run = await CliRun.OfAsync("verify", "--fixtures", folder.FullName);

        Assert.Equal(ExitCodes.Failed, run.ExitCode);
        Assert.Contains("no golden case", run.Error, StringComparison.Ordinal);
        folder.Delete();
    }

    /// <summary>The checkpoint and the cases, to spoil.</summary>
    private sealed class FixtureCopy : IDisposable
    {
        private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("gpt4roi-fixture-");

        public FixtureCopy()
        {
            var golden = Repository.PathOf("tests", "golden");
            foreach (var file in Directory.EnumerateFiles(golden, "*", SearchOption.AllDirectories))
            {
                var relative = Path.GetRelativePath(golden, file);
                if (relative.StartsWith("tiny", StringComparison.Ordinal) || relative.Contains("roi_align_unit", StringComparison.Ordinal)
                    || relative.EndsWith("app_logic.json", StringComparison.Ordinal))
                {
                    var target = Path.Combine(Root, relative);
                    Directory.CreateDirectory(Path.GetDirectoryName(target)!);
                    File.Copy(file, target);
                }
            }
        }

        public string Root => _root.FullName;

        public void Dispose() => _root.Delete(recursive: true);
    }
}
