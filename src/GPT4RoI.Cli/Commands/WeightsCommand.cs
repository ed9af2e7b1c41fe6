using System.CommandLine;

namespace GPT4RoI.Cli.Commands;

/// <summary><c>gpt4roi weights …</c>: checkpoints on disk; needs no server.</summary>
internal static class WeightsCommand
{
    public static Command Create(Terminal terminal) => new("weights", "Make and look into checkpoints.")
    {
        WeightsApplyDeltaCommand.Create(terminal),
        WeightsInspectCommand.Create(terminal),
    };
}
