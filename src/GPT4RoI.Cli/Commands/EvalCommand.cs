using System.CommandLine;
using GPT4RoI.Cli.Eval;
using GPT4RoI.Cli.Inputs;
using GPT4RoI.Cli.Output;
using GPT4RoI.Training.Scenes;
using GPT4RoI.Training.Scenes.Evaluation;
using GPT4RoI.Training.Scenes.Sprites;

namespace GPT4RoI.Cli.Commands;

/// <summary><c>gpt4roi eval</c>: asks a model about freshly drawn scenes through the real engine, and counts right answers.</summary>
internal static class EvalCommand
{
    // Enough for the engine to batch, few enough for its queue.
    private const int Parallel = 8;

    public static Command Create(Terminal terminal)
    {
        var model = PathOptions.Folder("--model", "The checkpoint; its folder also holds classes.json, sprites and backgrounds.").AcceptExistingOnly();
        var seed = new Option<int>("--seed") { Description = "The same seed gives the same scenes and questions.", Required = true };
        var scenes = new Option<int>("--scenes") { Description = "How many scenes.", DefaultValueFactory = _ => 500 }.Within(1, 1_000_000);
        var sprites = new Option<DirectoryInfo>("--sprites")
        {
            Description = "PNGs named after the objects, to draw scenes from instead of the model's own.", HelpName = "dir",
        }.AcceptExistingOnly();
        var command = new Command("eval", "Measure a model on freshly drawn scenes.") { model, seed, scenes, sprites };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var folder = parsed.GetRequiredValue(model).FullName;
            var drawn = parsed.GetValue(sprites)?.FullName ?? Path.Combine(folder, "sprites");
            using var set = SpriteSet.Load(ClassList.Read(Path.Combine(folder, "classes.json")), [drawn]);
            var options = new SceneOptions { Photos = ScenePhotos.Load(Path.Combine(folder, "backgrounds")) };
            await using var local = new LocalModel(folder);
            var count = parsed.GetValue(scenes);
            var progress = new Callback<int>(done =>
            {
                if (done % 50 == 0)
                {
                    terminal.Error.WriteLine($"{done} of {count} scenes");
                }
            });
            var report = await new SceneEvaluation(set, options, parsed.GetRequiredValue(seed)).RunAsync(count, local.AskAsync, Parallel, progress, cancellationToken);
            if (parsed.GetValue<bool>(CommandLine.JsonOption))
            {
                Json.WriteLine(terminal.Output, report);
            }
            else
            {
                Write(terminal.Output, report);
            }
            return ExitCodes.Ok;
        });
        return command;
    }

    private static void Write(TextWriter output, SceneReport report)
    {
        foreach (var (name, share) in new (string, double?)[]
        {
            ("naming", report.Naming), ("relations", report.Relations), ("counting", report.Counting), ("which of", report.WhichOf),
            ("swap", report.Swap), ("false confidence", report.FalseConfidence),
        })
        {
            output.WriteLine(FormattableString.Invariant($"{name,-18}{share,8:P1}"));
        }
        output.WriteLine($"{report.Scenes} scenes, {report.Questions} questions");
    }
}
