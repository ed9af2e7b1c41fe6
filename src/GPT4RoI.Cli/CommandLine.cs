using System.CommandLine;
using System.CommandLine.Invocation;
using GPT4RoI.Cli.Commands;
using GPT4RoI.Cli.Output;

namespace GPT4RoI.Cli;

/// <summary>The command tree and what becomes of a command's outcome.</summary>
internal static class CommandLine
{
    /// <summary>Every command understands it: results as JSON, one document, or one line per event where the result is a stream.</summary>
    public const string JsonOption = "--json";

    // A training ends behind a checkpoint: a step of a large model may take this long.
    private static readonly TimeSpan TimeToStop = TimeSpan.FromMinutes(2);

    public static RootCommand Create(Terminal terminal) => new($"Talk about regions of images with GPT4RoI. {ExitCodes.Help}")
    {
        new Option<bool>(JsonOption) { Description = "Print results as JSON (lines, where they stream).", Recursive = true },
        AskCommand.Create(terminal),
        ChatCommand.Create(terminal),
        VerifyCommand.Create(terminal),
        WeightsCommand.Create(terminal),
        BenchCommand.Create(terminal),
        TrainCommand.Create(terminal),
        DataCommand.Create(terminal),
        EvalCommand.Create(terminal),
    };

    /// <summary>Runs one command. Ctrl-C cancels it. Never throws.</summary>
    public static async Task<int> RunAsync(string[] args, Terminal terminal, CancellationToken cancellationToken)
    {
        var parsed = Create(terminal).Parse(args);
        if (parsed.Action is ParseErrorAction)
        {
            return FailureReport.WriteUsage(terminal, parsed);
        }
        try
        {
            var configuration = new InvocationConfiguration
            {
                Output = terminal.Output,
                Error = terminal.Error,
                EnableDefaultExceptionHandler = false,
                ProcessTerminationTimeout = TimeToStop,
            };
            return await parsed.InvokeAsync(configuration, cancellationToken);
        }
        catch (Exception failure)
        {
            return FailureReport.Write(terminal, failure, parsed.GetValue<bool>(JsonOption));
        }
    }
}
