using System.CommandLine;
using GPT4RoI.Client;

namespace GPT4RoI.Cli.Inputs;

/// <summary>Which server to talk to, and as whom.</summary>
internal sealed class ServerOptions
{
    private const string ServerVariable = "GPT4ROI_SERVER", KeyVariable = "GPT4ROI_API_KEY", DefaultServer = "http://127.0.0.1:5090";

    private readonly Option<string?> _server = new("--server")
    {
        Description = $"The gateway's address. Default: ${ServerVariable}, else {DefaultServer}.",
        HelpName = "url",
    };

    private readonly Option<string?> _apiKey = new("--api-key")
    {
        Description = $"The tenant's key. Better in ${KeyVariable}: others see command lines.",
        HelpName = "key",
    };

    private readonly Option<bool> _plaintextKey = new("--plaintext-key")
    {
        Description = "Let the key travel unencrypted to another machine.",
    };

    public ServerOptions(Command command)
    {
        command.Add(_server);
        command.Add(_apiKey);
        command.Add(_plaintextKey);
    }

    /// <exception cref="Microsoft.Extensions.Options.OptionsValidationException">The address or the key cannot be used.</exception>
    public Gpt4RoiClient CreateClient(ParseResult parsed, Terminal terminal, Action<Gpt4RoiClientOptions>? configure = null)
    {
        var options = new Gpt4RoiClientOptions
        {
            Address = Uri.TryCreate(Address(parsed, terminal), UriKind.Absolute, out var address) ? address : null,
            ApiKey = parsed.GetValue(_apiKey) ?? Variable(terminal, KeyVariable),
            AllowApiKeyOverPlaintext = parsed.GetValue(_plaintextKey),
        };
        configure?.Invoke(options);
        return new Gpt4RoiClient(options, terminal.Time);
    }

    public string Address(ParseResult parsed, Terminal terminal) =>
        parsed.GetValue(_server) ?? Variable(terminal, ServerVariable) ?? DefaultServer;

    private static string? Variable(Terminal terminal, string name) => terminal.Variable(name) is { Length: > 0 } value ? value : null;
}
