using System.Text.Json;
using GPT4RoI.Client.Tests.Fakes;
using Spectre.Console;

namespace GPT4RoI.Cli.Tests;

/// <summary>One run of the real command tree, in process, and all that came of it.</summary>
internal sealed record CliRun(int ExitCode, string Output, string Error)
{
    /// <summary>The output as JSON lines.</summary>
    public JsonElement[] Lines => [.. Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonElement.Parse(line))];

    /// <summary>The output as one JSON document.</summary>
    public JsonElement Document => JsonElement.Parse(Output);

    public static Task<CliRun> OfAsync(params string[] args) => OfAsync(null, args);

    /// <summary>With the gateway's address in the environment.</summary>
    public static async Task<CliRun> OfAsync(
        FakeGateway? gateway, string[] args, string input = "", bool interactive = false, Dictionary<string, string>? variables = null,
        CancellationToken? cancellationToken = null)
    {
        variables ??= [];
        if (gateway is not null)
        {
            variables.TryAdd("GPT4ROI_SERVER", gateway.Address);
        }
        using StringWriter output = new() { NewLine = "\n" }, error = new() { NewLine = "\n" };
        var terminal = new Terminal
        {
            Input = new StringReader(input),
            Output = output,
            Error = error,
            IsInteractive = interactive,
            Display = interactive ? CreateDisplay(error) : null,
            Variable = variables.GetValueOrDefault,
        };
        var exitCode = await CommandLine.RunAsync(args, terminal, cancellationToken ?? TestContext.Current.CancellationToken);
        return new CliRun(exitCode, output.ToString(), error.ToString());
    }

    private static IAnsiConsole CreateDisplay(TextWriter writer) => AnsiConsole.Create(new AnsiConsoleSettings
    {
        Out = new AnsiConsoleOutput(TextWriter.Synchronized(writer)),
        Ansi = AnsiSupport.Yes,
        Interactive = InteractionSupport.Yes,
    });
}
