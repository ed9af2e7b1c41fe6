using System.CommandLine;
using GPT4RoI.Cli.Chat;
using GPT4RoI.Cli.Inputs;
using GPT4RoI.Cli.Output;

namespace GPT4RoI.Cli.Commands;

/// <summary><c>gpt4roi chat</c>: a conversation about one image, typed or piped in.</summary>
internal static class ChatCommand
{
    public static Command Create(Terminal terminal)
    {
        var image = PathOptions.Image();
        var normalized = new Option<bool>("--norm") { Description = "Boxes are fractions of width and height, 0 to 1." };
        var command = new Command("chat", $"Talk about an image, line by line: a question, or a command ({ChatSession.Commands}).")
        {
            image, normalized,
        };
        var sampling = new SamplingOptionSet(command);
        var server = new ServerOptions(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            await using var client = server.CreateClient(parsed, terminal);
            var uploaded = await client.UploadImageAsync(parsed.GetRequiredValue(image).FullName, cancellationToken);
            await using var conversation = await client.StartConversationAsync(uploaded, cancellationToken);
            var session = new ChatSession(
                terminal,
                conversation,
                AnswerViews.Create(parsed, terminal),
                sampling.Read(parsed),
                parsed.GetValue(normalized),
                parsed.GetValue<bool>(CommandLine.JsonOption));
            await session.RunAsync(cancellationToken);
            return ExitCodes.Ok;
        });
        return command;
    }
}
