using System.CommandLine;

namespace GPT4RoI.Cli.Commands;

/// <summary><c>gpt4roi bench …</c>: measurements, printed as one JSON document each.</summary>
internal static class BenchCommand
{
    public static Command Create(Terminal terminal) => new("bench", "Measure, and print the result as one JSON document.")
    {
        BenchServeCommand.Create(terminal),
        BenchEngineCommand.Create(terminal),
    };
}
