using System.Globalization;
using GPT4RoI.Cli.Inputs;
using GPT4RoI.Cli.Output;
using GPT4RoI.Client;

namespace GPT4RoI.Cli.Chat;

/// <summary>Reads lines, defines regions, asks questions. Lines from a pipe are a script: the first failure ends it.</summary>
internal sealed class ChatSession(
    Terminal terminal, Conversation conversation, IAnswerView view, SamplingOptions sampling, bool normalized, bool json)
{
    /// <summary>What a line may be besides a question.</summary>
    public const string Commands = $"/box {Box.Format}, /regions, /help, /quit";

    private readonly RegionLedger _ledger = new();

    /// <exception cref="Gpt4RoiException">A turn failed, and nobody is there to go on.</exception>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        Say($"Commands: {Commands}. Anything else is a question.");
        while (await ReadLineAsync(cancellationToken) is { } line && line is not "/quit")
        {
            switch (line.Split(' ', 2, StringSplitOptions.TrimEntries))
            {
                case [""]:
                    break;
                case ["/box", .. var rest]:
                    DefineRegion(string.Concat(rest));
                    break;
                case ["/regions"]:
                    ListRegions();
                    break;
                case ["/help"]:
                    terminal.Error.WriteLine($"Commands: {Commands}. <regionN> in a question refers to the N-th box.");
                    break;
                case [['/', ..] unknown, ..]:
                    Refuse($"'{unknown}' is not a command: {Commands}.");
                    break;
                default:
                    await AskAsync(line, cancellationToken);
                    break;
            }
        }
    }

    private async Task AskAsync(string question, CancellationToken cancellationToken)
    {
        var newRegions = _ledger.NewIn(question);
        try
        {
            await view.ShowAsync(conversation.AskAsync(question, newRegions, sampling, cancellationToken), cancellationToken);
            _ledger.Accept(newRegions);
        }
        catch (Gpt4RoiException failure) when (terminal.IsInteractive)
        {
            FailureReport.Write(terminal, failure, json);
        }
    }

    private void DefineRegion(string text)
    {
        if (!Box.TryParse(text, out var box))
        {
            Refuse($"'{text}' is not a box: give four numbers as {Box.Format}.");
            return;
        }
        var region = box.ToRegion(_ledger.NextId, normalized);
        _ledger.Define(region);
        Show(region);
    }

    private void ListRegions()
    {
        foreach (var region in _ledger.Regions)
        {
            Show(region);
        }
    }

    private void Show(Region region)
    {
        if (json)
        {
            double[] box = [region.X1, region.Y1, region.X2, region.Y2];
            Json.WriteLine(terminal.Output, new { Type = "region", region.Id, Box = box, Normalized = normalized });
            return;
        }
        terminal.Output.WriteLine(
            string.Create(CultureInfo.InvariantCulture, $"{region.Mention} = {region.X1},{region.Y1},{region.X2},{region.Y2}"));
    }

    /// <exception cref="InvalidDataException">Nobody is there to type it again.</exception>
    private void Refuse(string message)
    {
        if (!terminal.IsInteractive)
        {
            throw new InvalidDataException(message);
        }
        terminal.Error.WriteLine(message);
    }

    private void Say(string message)
    {
        if (terminal.IsInteractive)
        {
            terminal.Error.WriteLine(message);
        }
    }

    /// <summary>A console's reader blocks and cannot be cancelled: it is left behind when the session is.</summary>
    private async Task<string?> ReadLineAsync(CancellationToken cancellationToken)
    {
        if (terminal.IsInteractive)
        {
            await terminal.Error.WriteAsync("> ");
        }
        return (await Task.Run(terminal.Input.ReadLine, cancellationToken).WaitAsync(cancellationToken))?.Trim();
    }
}
