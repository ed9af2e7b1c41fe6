using System.CommandLine;
using GPT4RoI.Cli.Eval;
using GPT4RoI.Cli.Inputs;
using GPT4RoI.Cli.Output;
using GPT4RoI.Training.Evaluation;
using Spectre.Console;

namespace GPT4RoI.Cli.Commands;

/// <summary><c>gpt4roi eval</c>: a model's figures on drawn scenes and on the tasks of the paper.</summary>
internal static class EvalCommand
{
    private const int MostConcurrent = 64; // as many as the engine and the decoders let wait

    public static Command Create(Terminal terminal)
    {
        var command = new Command(
            "eval",
            "Ask a checkpoint (--model) or a running server about drawn scenes, or everything in a data set, and score the answers. Exit code 1 if a record failed.");
        var model = new Option<DirectoryInfo>("--model")
        {
            Description = "Checkpoint folder, evaluated in this process; without it, a server is.",
            HelpName = "dir",
        }.AcceptExistingOnly();
        var concurrency = new Option<int>("--concurrency") { Description = "Conversations at once.", DefaultValueFactory = _ => 16 }.Within(1, MostConcurrent);
        var output = new Option<FileInfo?>("--out") { Description = "Also write the report here, as Markdown.", HelpName = "file" };
        var scenes = new SceneEval(command);
        var tasks = new EvalTasks(command, scenes, model);
        command.Add(model);
        command.Add(concurrency);
        command.Add(output);
        var server = new ServerOptions(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            if (tasks.IsScenes(parsed))
            {
                var checkpoint = parsed.GetRequiredValue(model);
                await RunInProcessAsync(checkpoint, async answerer => await WatchAsync(terminal, async progress =>
                {
                    var pace = new EvaluationPace(parsed.GetValue(concurrency), progress);
                    await scenes.RunAsync(terminal, parsed, checkpoint.FullName, answerer, pace, cancellationToken);
                    return true;
                }));
                return ExitCodes.Ok;
            }
            var task = tasks.Create(parsed);
            var report = parsed.GetValue(model) is { } folder
                ? await RunInProcessAsync(folder, RunAsync)
                : await RunOnServerAsync(RunAsync);
            var markdown = ReportMarkdown.Write(report);
            if (parsed.GetValue(output) is { } file)
            {
                await File.WriteAllTextAsync(file.FullName, markdown, cancellationToken);
            }
            Write(terminal, report, markdown, parsed.GetValue<bool>(CommandLine.JsonOption));
            return report.Failed.Count > 0 || report.Asked == 0 ? ExitCodes.Failed : ExitCodes.Ok;

            Task<EvaluationReport> RunAsync(IRegionAnswerer answerer) => WatchAsync(
                terminal, progress => task.RunAsync(answerer, new(parsed.GetValue(concurrency), progress), cancellationToken));

            async Task<EvaluationReport> RunOnServerAsync(Func<IRegionAnswerer, Task<EvaluationReport>> run)
            {
                await using var client = server.CreateClient(parsed, terminal);
                return await run(await ClusterAnswerer.ConnectAsync(client, server.Address(parsed, terminal), cancellationToken));
            }
        });
        return command;
    }

    private static async Task<T> RunInProcessAsync<T>(DirectoryInfo folder, Func<IRegionAnswerer, Task<T>> run)
    {
        await using var model = LocalModel.Load(folder.FullName);
        return await run(new InProcessAnswerer(model, folder.Name));
    }

    private static Task<T> WatchAsync<T>(Terminal terminal, Func<IProgress<int>?, Task<T>> run) =>
        terminal.Display is { } display
            ? display.Status().StartAsync("reading the data", status => run(new Callback<int>(finished => status.Status($"{finished} records done"))))
            : run(null);

    private static void Write(Terminal terminal, EvaluationReport report, string markdown, bool json)
    {
        if (json)
        {
            Json.WriteDocument(terminal.Output, report);
        }
        else
        {
            terminal.Output.Write(SafeText.Clean(markdown));
        }
        if (report.Asked == 0)
        {
            terminal.Error.WriteLine($"gpt4roi: {SafeText.Clean(report.Data)} holds no record that can be asked");
        }
    }
}
