using System.CommandLine;

namespace GPT4RoI.Cli.Commands;

/// <summary><c>gpt4roi data …</c>: what models are trained on; needs no server.</summary>
internal static class DataCommand
{
    public static Command Create(Terminal terminal) => new("data", "Make and look into training data.")
    {
        DataInspectCommand.Create(terminal),
        DataSpritesCommand.Create(terminal),
        DataScenesCommand.Create(terminal),
    };
}
