using System.Diagnostics;

namespace GPT4RoI.Cli.Tests;

/// <summary><c>gpt4roi train</c> as a shell runs it: stopped in the middle and started again.</summary>
public sealed class TrainProcessTests : IDisposable
{
    private const int Steps = 100_000; // far more than it gets to

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly string _folder = TestFiles.NewFolder();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Train_Terminated_StopsBehindACheckpointAndGoesOnFromIt()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no SIGTERM to send to another process.");
        var config = WriteConfig();

        var first = await RunUntilTheFirstStepAsync(config);
        var second = await RunUntilTheFirstStepAsync(config);

        Assert.StartsWith("{\"step\":1,", first.FirstLine);
        Assert.StartsWith($"{{\"step\":{first.Checkpoint + 1},", second.FirstLine);
        Assert.Equal((ExitCodes.Cancelled, ExitCodes.Cancelled), (first.ExitCode, second.ExitCode));
        Assert.InRange(second.Checkpoint, first.Checkpoint + 1, Steps);
    }

    private async Task<(string FirstLine, int ExitCode, int Checkpoint)> RunUntilTheFirstStepAsync(string config)
    {
        using var process = Process.Start(new ProcessStartInfo("dotnet", [TestFiles.Program, "train", "--json", "--config", config, "--out", Path.Combine(_folder, "run")])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var errors = process.StandardError.ReadToEndAsync(Cancellation);
        var line = await process.StandardOutput.ReadLineAsync(Cancellation).AsTask().WaitAsync(Patience, Cancellation);
        using var kill = Process.Start("kill", ["-TERM", $"{process.Id}"]);
        var rest = process.StandardOutput.ReadToEndAsync(Cancellation);
        await process.WaitForExitAsync(Cancellation).WaitAsync(Patience, Cancellation);
        Assert.True(line is not null, await errors);
        await rest;
        var checkpoints = Directory.EnumerateDirectories(Path.Combine(_folder, "run", "checkpoints")).Select(path => int.Parse(path.Split('-')[^1], null));
        return (line, process.ExitCode, checkpoints.Max());
    }

    private string WriteConfig()
    {
        var demo = Repository.PathOf("models", "demo-small");
        var path = Path.Combine(_folder, "train.json");
        File.WriteAllText(path, $$"""
            {
              "model": {
                "tokenizer": "{{demo}}", "conversation_version": "v1",
                "sizes": {
                  "image_size": 32, "patch_size": 8, "vision_width": 16, "vision_layers": 10, "vision_heads": 2, "region_width": 8, "region_groups": 4,
                  "region_rounds": 1, "roi_output_size": 3, "hidden_size": 16, "layers": 1, "heads": 2
                }
              },
              "data": [{
                "kind": "scenes", "classes": "{{demo}}/classes.json", "sprites": ["{{demo}}/sprites/noto"], "images": "{{demo}}/backgrounds", "augmentation": 0,
                "count": 1000
              }],
              "stages": [{ "preset": "scratch", "steps": {{Steps}}, "batch_size": 2 }],
              "threads": 1, "checkpoint_every": {{Steps}}
            }
            """);
        return path;
    }
}
