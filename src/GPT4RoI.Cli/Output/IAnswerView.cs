using GPT4RoI.Client;

namespace GPT4RoI.Cli.Output;

/// <summary>Shows an answer as it comes.</summary>
internal interface IAnswerView
{
    Task ShowAsync(IAsyncEnumerable<AskUpdate> updates, CancellationToken cancellationToken);
}
