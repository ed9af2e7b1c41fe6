using System.CommandLine;
using GPT4RoI.Cli.Inputs;
using GPT4RoI.Cli.Output;

namespace GPT4RoI.Cli.Commands;

/// <summary><c>gpt4roi ask</c>: one question about one image.</summary>
internal static class AskCommand
{
    public static Command Create(Terminal terminal)
    {
        var question = new Argument<string>("question") { Description = "The question; <regionN> refers to the N-th --box." };
        var image = PathOptions.Image();
        var boxes = new Option<Box[]>("--box")
        {
            Description = "A region, in pixels of the upright image. Repeatable: the first is <region1>.",
            HelpName = Box.Format,
            CustomParser = Box.ParseAll,
            Arity = ArgumentArity.OneOrMore,
        };
        var normalized = new Option<bool>("--norm") { Description = "Boxes are fractions of width and height, 0 to 1." };
        var command = new Command("ask", "Ask one question about an image and stream the answer.") { question, image, boxes, normalized };
        var sampling = new SamplingOptionSet(command);
        var server = new ServerOptions(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            await using var client = server.CreateClient(parsed, terminal);
            var uploaded = await client.UploadImageAsync(parsed.GetRequiredValue(image).FullName, cancellationToken);
            await using var conversation = await client.StartConversationAsync(uploaded, cancellationToken);
            var regions = (parsed.GetValue(boxes) ?? []).Select((box, index) => box.ToRegion(index + 1, parsed.GetValue(normalized)));
            var updates = conversation.AskAsync(parsed.GetRequiredValue(question), [.. regions], sampling.Read(parsed), cancellationToken);
            await AnswerViews.Create(parsed, terminal).ShowAsync(updates, cancellationToken);
            return ExitCodes.Ok;
        });
        return command;
    }
}
