using System.CommandLine;
using GPT4RoI.Cli.Inputs;
using GPT4RoI.Cli.Output;
using GPT4RoI.Model.Weights;
using Spectre.Console;

namespace GPT4RoI.Cli.Commands;

/// <summary><c>gpt4roi weights apply-delta</c>: a released delta and its base become a checkpoint that can be served.</summary>
internal static class WeightsApplyDeltaCommand
{
    public static Command Create(Terminal terminal)
    {
        var baseFolder = PathOptions.Folder("--base", "The base model (LLaMA), in Hugging Face's format.").AcceptExistingOnly();
        var deltaFolder = PathOptions.Folder("--delta", "The released delta.").AcceptExistingOnly();
        var outFolder = PathOptions.Folder("--out", "Where the result goes; absent or empty.");
        var command = new Command("apply-delta", "Add a delta to its base model and write the sum as safetensors.")
        {
            baseFolder, deltaFolder, outFolder,
        };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var target = parsed.GetRequiredValue(outFolder).FullName;
            var last = new DeltaProgress(0, 0, 0, 0);
            await WatchAsync(terminal, show => Task.Run(
                () => DeltaWeights.Apply(
                    parsed.GetRequiredValue(baseFolder).FullName,
                    parsed.GetRequiredValue(deltaFolder).FullName,
                    target,
                    new Callback<DeltaProgress>(progress => show(last = progress)),
                    cancellationToken),
                cancellationToken));
            if (parsed.GetValue<bool>(CommandLine.JsonOption))
            {
                Json.WriteDocument(terminal.Output, new { Out = target, last.Tensors, last.Bytes });
            }
            else
            {
                terminal.Output.WriteLine($"{last.Tensors} tensors, {last.Bytes:N0} bytes written to {target}");
            }
            return ExitCodes.Ok;
        });
        return command;
    }

    private static Task WatchAsync(Terminal terminal, Func<Action<DeltaProgress>, Task> work) => terminal.Display is { } display
        ? display.Progress().StartAsync(context =>
        {
            var bar = context.AddTask("adding weights");
            return work(progress =>
            {
                bar.MaxValue = progress.TotalBytes;
                bar.Value = progress.Bytes;
            });
        })
        : work(_ => { });
}
