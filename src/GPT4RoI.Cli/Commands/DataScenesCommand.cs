using System.CommandLine;
using GPT4RoI.Cli.Inputs;
using GPT4RoI.Cli.Output;
using GPT4RoI.Training.Scenes;
using GPT4RoI.Training.Scenes.Sprites;

namespace GPT4RoI.Cli.Commands;

/// <summary><c>gpt4roi data scenes</c>: generated scenes and conversations to look at, or their text alone.</summary>
internal static class DataScenesCommand
{
    public static Command Create(Terminal terminal)
    {
        var demo = new Option<DirectoryInfo>("--demo")
        {
            Description = "Folder with classes.json, sprites and backgrounds.",
            HelpName = "dir",
            DefaultValueFactory = _ => new DirectoryInfo("models/demo-small"),
        };
        var outFolder = PathOptions.Folder("--out", "Where pictures and conversations go.");
        var count = new Option<int>("--count") { Description = "How many scenes.", DefaultValueFactory = _ => 16 }.Within(1, 1_000_000);
        var seed = new Option<int>("--seed") { Description = "The same seed gives the same scenes.", DefaultValueFactory = _ => 1 };
        var augmentation = new Option<float>("--augmentation") { Description = "0 as in evaluation, up to 1 as in training." }.Within(0, 1);
        var textOnly = new Option<bool>("--text-only") { Description = "Write corpus.txt alone: the class names and every question and answer, one a line." };
        var command = new Command("scenes", "Draw scenes with boxes and talk about them.") { demo, outFolder, count, seed, augmentation, textOnly };
        command.SetAction(parsed =>
        {
            var source = parsed.GetValue(demo)!.FullName;
            using var sprites = SpriteSet.Load(ClassList.Read(Path.Combine(source, "classes.json")), [Path.Combine(source, "sprites")]);
            var photos = ScenePhotos.Load(Path.Combine(source, "backgrounds"));
            var generator = new SceneGenerator(sprites, new SceneOptions { Augmentation = parsed.GetValue(augmentation), Photos = photos });
            var samples = new SceneSamples(generator, new SceneConversations(sprites), new Random(parsed.GetValue(seed)));
            var target = parsed.GetRequiredValue(outFolder).FullName;
            Directory.CreateDirectory(target);
            if (parsed.GetValue(textOnly))
            {
                samples.WriteCorpus(Path.Combine(target, "corpus.txt"), parsed.GetValue(count), sprites.Classes);
            }
            else
            {
                samples.Write(target, parsed.GetValue(count));
            }

            if (parsed.GetValue<bool>(CommandLine.JsonOption))
            {
                Json.WriteDocument(terminal.Output, new { Out = target, Scenes = parsed.GetValue(count) });
            }
            else
            {
                terminal.Output.WriteLine($"{parsed.GetValue(count)} scenes written to {target}");
            }
        });
        return command;
    }
}
