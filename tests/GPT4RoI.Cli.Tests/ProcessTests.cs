using System.Diagnostics;
using GPT4RoI.Client.Tests.Fakes;

namespace GPT4RoI.Cli.Tests;

/// <summary>The program itself, as a shell runs it.</summary>
public sealed class ProcessTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Ask_AsAProcess_StreamsToTheOutputAndExits()
    {
        await using var gateway = await FakeGateway.StartAsync();
        using var process = Start(gateway, "ask", "--image", TestFiles.Photo, "--box", "1,2,3,4", "What is <region1>?");

        Assert.Equal(FakeAnswer.Text + "\n", await process.StandardOutput.ReadToEndAsync(Cancellation));
        await process.WaitForExitAsync(Cancellation);
        Assert.Equal((ExitCodes.Ok, ""), (process.ExitCode, await process.StandardError.ReadToEndAsync(Cancellation)));
    }

    [Fact]
    public async Task Ask_CtrlC_StopsTheServerAndIsExitCode130()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no SIGINT to send to another process.");
        await using var gateway = await FakeGateway.StartAsync();
        var cancelled = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        gateway.OnAsk = async (_, responses, context) =>
        {
            context.CancellationToken.Register(cancelled.SetResult);
            await responses.WriteAsync(new V1.AskResponse { Tokens = new V1.TokenChunk { Text = "It" } });
            await cancelled.Task;
        };
        using var process = Start(gateway, "ask", "--image", TestFiles.Photo, "Hello?");
        var first = new char[2];
        await process.StandardOutput.ReadBlockAsync(first, Cancellation);

        using var kill = Process.Start("kill", ["-INT", $"{process.Id}"]);
        await process.WaitForExitAsync(Cancellation);

        Assert.Equal((ExitCodes.Cancelled, "It", ""), (process.ExitCode, new string(first), await process.StandardOutput.ReadToEndAsync(Cancellation)));
        Assert.Equal("gpt4roi: cancelled\n", await process.StandardError.ReadToEndAsync(Cancellation));
        await cancelled.Task.WaitAsync(Cancellation);
        Assert.Empty(gateway.Conversations); // the clean-up ran as well
    }

    private static Process Start(FakeGateway gateway, params string[] args) => Process.Start(new ProcessStartInfo("dotnet", [TestFiles.Program, .. args])
    {
        RedirectStandardInput = true,
        RedirectStandardOutput = true,
        RedirectStandardError = true,
        Environment = { ["GPT4ROI_SERVER"] = gateway.Address, ["GPT4ROI_API_KEY"] = "" },
    })!;
}
