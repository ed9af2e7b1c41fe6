using Spectre.Console;

namespace GPT4RoI.Cli;

/// <summary>What a command reads and writes: the process's own, or a test's.</summary>
internal sealed record Terminal
{
    public required TextReader Input { get; init; }

    /// <summary>Results, and nothing else.</summary>
    public required TextWriter Output { get; init; }

    /// <summary>Diagnostics.</summary>
    public required TextWriter Error { get; init; }

    /// <summary>Someone types and reads.</summary>
    public bool IsInteractive { get; init; }

    /// <summary>Where spinners and bars go; null unless someone watches the output.</summary>
    public IAnsiConsole? Display { get; init; }

    /// <summary>Environment variables.</summary>
    public required Func<string, string?> Variable { get; init; }

    public TimeProvider Time { get; init; } = TimeProvider.System;

    public static Terminal OfProcess() => new()
    {
        Input = Console.In,
        Output = Console.Out,
        Error = Console.Error,
        IsInteractive = !Console.IsInputRedirected && !Console.IsOutputRedirected,
        Display = Console.IsOutputRedirected || Console.IsErrorRedirected
            ? null
            : AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Error) }),
        Variable = Environment.GetEnvironmentVariable,
    };
}
