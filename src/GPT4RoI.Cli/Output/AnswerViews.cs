using System.CommandLine;

namespace GPT4RoI.Cli.Output;

/// <summary>Chooses the view that the command line asks for.</summary>
internal static class AnswerViews
{
    public static IAnswerView Create(ParseResult parsed, Terminal terminal) =>
        parsed.GetValue<bool>(CommandLine.JsonOption) ? new JsonAnswerView(terminal.Output) : new TextAnswerView(terminal);
}
