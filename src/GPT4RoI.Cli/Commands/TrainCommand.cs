using System.CommandLine;
using GPT4RoI.Cli.Output;
using GPT4RoI.Training;
using GPT4RoI.Training.Configuration;
using GPT4RoI.Training.Datasets;

namespace GPT4RoI.Cli.Commands;

/// <summary><c>gpt4roi train</c>: trains what a configuration describes, or goes on with it.</summary>
internal static class TrainCommand
{
    public static Command Create(Terminal terminal)
    {
        var config = new Option<FileInfo>("--config") { Description = "The training's JSON file.", Required = true }.AcceptExistingOnly();
        var output = new Option<DirectoryInfo?>("--out") { Description = "The run's folder; by default beside the file, with its name. A run that is there goes on." };
        var export = new Option<DirectoryInfo?>("--export") { Description = "Train nothing; write the latest checkpoint's model into this folder, absent or empty." };
        var command = new Command("train", "Train a GPT4RoI.") { config, output, export };
        command.SetAction((parsed, cancellationToken) =>
        {
            var file = parsed.GetRequiredValue(config).FullName;
            var folder = parsed.GetValue(output)?.FullName ?? Path.ChangeExtension(file, null);
            var training = TrainingConfigReader.Read(file);
            var exporting = parsed.GetValue(export)?.FullName;
            var faults = new DataFaults();
            var trainer = new Trainer(training, folder, stage => TrainingDataFactory.Open(training, stage, faults), TimeProvider.System);
            // Torch's scopes belong to a thread: the whole training stays on one.
            return Task.Factory.StartNew(
                () =>
                {
                    if (exporting is not null)
                    {
                        trainer.Export(exporting);
                        return ExitCodes.Ok;
                    }
                    try
                    {
                        trainer.Run(new Callback<StepReport>(new TrainProgress(terminal, parsed.GetValue<bool>(CommandLine.JsonOption)).Show), cancellationToken);
                    }
                    finally
                    {
                        FaultLines.Write(terminal, faults);
                    }
                    terminal.Error.WriteLine($"done: {Path.Combine(folder, "model")}");
                    return ExitCodes.Ok;
                },
                CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        });
        return command;
    }
}
