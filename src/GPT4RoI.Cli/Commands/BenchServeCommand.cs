using System.CommandLine;
using GPT4RoI.Cli.Bench.Serve;
using GPT4RoI.Cli.Inputs;
using GPT4RoI.Cli.Output;
using Spectre.Console;

namespace GPT4RoI.Cli.Commands;

/// <summary><c>gpt4roi bench serve</c>: load for a running server.</summary>
internal static class BenchServeCommand
{
    public static Command Create(Terminal terminal)
    {
        var command = new Command("serve", "Drive a running server. Retries are off: what fails is counted. Exit code 1 if anything failed.");
        var options = new ServeWorkloadOptions(command);
        var server = new ServerOptions(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var (workload, files) = options.Read(parsed);
            await using var client = server.CreateClient(parsed, terminal, client => client.Retry.MaxAttempts = 1);
            var model = await client.GetModelAsync(cancellationToken); // a server that is not there fails the run, not every question of it
            var plan = ServePlan.Create(workload);
            var load = new LoadGenerator(client, workload, plan, Image, terminal.Time);
            var measured = await WatchAsync(terminal, workload.Requests, answered => load.RunAsync(answered, cancellationToken));
            var report = ServeReport.Create(server.Address(parsed, terminal), model, workload, plan, measured);
            Json.WriteDocument(terminal.Output, report);
            return report.Requests.Failed == 0 ? ExitCodes.Ok : ExitCodes.Failed;

            byte[] Image(int number) =>
                files.Count > 0 ? File.ReadAllBytes(files[number].FullName) : SyntheticImage.CreatePng(workload.Seed, number);
        });
        return command;
    }

    private static Task<ServeMeasurement> WatchAsync(Terminal terminal, int requests, Func<Action, Task<ServeMeasurement>> run) =>
        terminal.Display is { } display
            ? display.Progress().StartAsync(context =>
            {
                var bar = context.AddTask("asking", maxValue: requests);
                return run(() => bar.Increment(1));
            })
            : run(() => { });
}
