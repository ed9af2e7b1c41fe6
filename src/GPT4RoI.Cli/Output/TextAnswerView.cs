using GPT4RoI.Client;
using Spectre.Console;

namespace GPT4RoI.Cli.Output;

/// <summary>The answer's text and nothing else; a spinner names the stage until the first token, if someone watches.</summary>
internal sealed class TextAnswerView(Terminal terminal) : IAnswerView
{
    public async Task ShowAsync(IAsyncEnumerable<AskUpdate> updates, CancellationToken cancellationToken)
    {
        await using var update = updates.GetAsyncEnumerator(cancellationToken);
        var more = await PassStagesAsync(update);
        while (more)
        {
            await terminal.Output.WriteAsync(SafeText.Clean(update.Current.Text));
            await terminal.Output.FlushAsync(cancellationToken);
            more = await update.MoveNextAsync();
        }
        await terminal.Output.WriteLineAsync();
    }

    private Task<bool> PassStagesAsync(IAsyncEnumerator<AskUpdate> update) => terminal.Display is { } display
        ? display.Status().StartAsync("connecting", status => PassStagesAsync(update, stage => status.Status(Name(stage))))
        : PassStagesAsync(update, _ => { });

    private static async Task<bool> PassStagesAsync(IAsyncEnumerator<AskUpdate> update, Action<Stage> enter)
    {
        while (await update.MoveNextAsync())
        {
            if (update.Current is not StageUpdate stage)
            {
                return true;
            }
            enter(stage.Stage);
        }
        return false;
    }

    private static string Name(Stage stage) => stage switch
    {
        Stage.Queued => "waiting for a turn",
        Stage.Encoding => "looking at the image",
        Stage.Regions => "looking at the regions",
        Stage.Prefill => "reading the question",
        _ => "working",
    };
}
