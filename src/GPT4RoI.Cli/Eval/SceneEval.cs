using System.CommandLine;
using System.CommandLine.Parsing;
using GPT4RoI.Cli.Inputs;
using GPT4RoI.Cli.Output;
using GPT4RoI.Training.Evaluation;
using GPT4RoI.Training.Scenes;
using GPT4RoI.Training.Scenes.Evaluation;
using GPT4RoI.Training.Scenes.Sprites;

namespace GPT4RoI.Cli.Eval;

/// <summary><c>--task scenes</c>: questions about freshly drawn scenes, of which every right answer is known. Reports fractions.</summary>
internal sealed class SceneEval
{
    public const string TaskName = "scenes";

    private const int MaxTokens = 96;

    private readonly Option<int?> _seed = new("--seed") { Description = "scenes: the same seed gives the same scenes and questions." };
    private readonly Option<int> _scenes = new Option<int>("--scenes") { Description = "scenes: how many.", DefaultValueFactory = _ => 500 }.Within(1, 1_000_000);
    private readonly Option<DirectoryInfo> _sprites = new Option<DirectoryInfo>("--sprites")
    {
        Description = "scenes: PNGs named after the objects, to draw from instead of the model's own.",
        HelpName = "dir",
    }.AcceptExistingOnly();

    public SceneEval(Command command)
    {
        command.Add(_seed);
        command.Add(_scenes);
        command.Add(_sprites);
    }

    /// <summary>What is missing from the command line for this task.</summary>
    public void Check(CommandResult result)
    {
        if (result.GetResult(_seed) is null)
        {
            result.AddError("--seed is missing.");
        }
    }

    /// <summary>Draws, asks, prints.</summary>
    /// <param name="terminal">Takes the report.</param>
    /// <param name="parsed">The command line.</param>
    /// <param name="folder">The checkpoint's, which also holds <c>classes.json</c>, <c>sprites</c> and <c>backgrounds</c>.</param>
    /// <param name="answerer">The model.</param>
    /// <param name="pace">Scenes at once, and who watches.</param>
    /// <param name="cancellationToken">Ends the run.</param>
    /// <exception cref="EvaluationDataException">The scenes' files cannot be used.</exception>
    /// <exception cref="AnswerFailedException">A question has no answer: the model is broken.</exception>
    public async Task RunAsync(
        Terminal terminal, ParseResult parsed, string folder, IRegionAnswerer answerer, EvaluationPace pace, CancellationToken cancellationToken)
    {
        using var sprites = Open(() => SpriteSet.Load(
            ClassList.Read(Path.Combine(folder, "classes.json")), [parsed.GetValue(_sprites)?.FullName ?? Path.Combine(folder, "sprites")]));
        var options = new SceneOptions { Photos = Open(() => ScenePhotos.Load(Path.Combine(folder, "backgrounds"))) };
        var evaluation = new SceneEvaluation(sprites, options, parsed.GetValue(_seed)!.Value);
        var report = await evaluation.RunAsync(
            parsed.GetValue(_scenes),
            async (image, boxes, question, token) =>
            {
                var regions = boxes.Select((box, index) => new NumberedBox(
                    index + 1, box.X1 * (double)image.Width, box.Y1 * (double)image.Height, box.X2 * (double)image.Width, box.Y2 * (double)image.Height));
                return (await answerer.AnswerAsync(EvaluationImage.FromPixels(image), [new(question, [.. regions], MaxTokens)], token))[0];
            },
            pace.Concurrency, pace.Progress, cancellationToken);
        Write(terminal, report, parsed.GetValue<bool>(CommandLine.JsonOption));
    }

    private static T Open<T>(Func<T> open)
    {
        try
        {
            return open();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            throw new EvaluationDataException(exception.Message, exception);
        }
    }

    private static void Write(Terminal terminal, SceneReport report, bool json)
    {
        if (json)
        {
            Json.WriteLine(terminal.Output, report);
            return;
        }
        (string Name, double? Share)[] lines =
        [
            ("naming", report.Naming), ("relations", report.Relations), ("counting", report.Counting), ("which of", report.WhichOf),
            ("swap", report.Swap), ("false confidence", report.FalseConfidence), .. report.Tasks.Select(task => ($"  {task.Key}", (double?)task.Value)),
        ];
        foreach (var (name, share) in lines)
        {
            terminal.Output.WriteLine(FormattableString.Invariant($"{name,-18}{share,8:P1}"));
        }
        terminal.Output.WriteLine($"{report.Scenes} scenes, {report.Questions} questions");
    }
}
