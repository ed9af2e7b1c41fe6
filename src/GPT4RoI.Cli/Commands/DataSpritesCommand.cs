using System.CommandLine;
using GPT4RoI.Cli.Inputs;
using GPT4RoI.Cli.Output;
using GPT4RoI.Training.Scenes.Sprites;

namespace GPT4RoI.Cli.Commands;

/// <summary><c>gpt4roi data sprites</c>: the icons of a set become transparent PNGs.</summary>
internal static class DataSpritesCommand
{
    public static Command Create(Terminal terminal)
    {
        var icons = PathOptions.Folder("--icons", "Folder of Iconify sets, as in node_modules/@iconify-json.").AcceptExistingOnly();
        var set = new Option<string>("--set") { Description = "The set, such as noto.", Required = true, HelpName = "name" }.AcceptLegalFileNamesOnly();
        var classes = new Option<FileInfo>("--classes")
        {
            Description = "Class list that names the icons.",
            HelpName = "file",
            DefaultValueFactory = _ => new FileInfo("models/demo-small/classes.json"),
        };
        var outFolder = PathOptions.Folder("--out", "Where the PNGs go, named after their icons.");
        var partial = new Option<bool>("--partial") { Description = "Leave out the classes whose icon the set does not have." };
        var outlined = new Option<bool>("--outlined") { Description = "Ink the edge of every shape, as line art does." };
        var command = new Command("sprites", "Draw the icons of a class list as small transparent PNGs.") { icons, set, classes, outFolder, partial, outlined };
        command.SetAction(parsed =>
        {
            var collection = IconCollection.Read(Path.Combine(parsed.GetRequiredValue(icons).FullName, parsed.GetRequiredValue(set), "icons.json"));
            var target = parsed.GetRequiredValue(outFolder).FullName;
            Directory.CreateDirectory(target);
            var (count, bytes) = (0, 0L);
            foreach (var icon in ClassList.Read(parsed.GetValue(classes)!.FullName).Items
                .SelectMany(item => item.Icons.Where(icon => collection.Has(icon) || (icon == item.Icon && !parsed.GetValue(partial)))))
            {
                var png = SpriteRenderer.Render(collection, icon, parsed.GetValue(outlined));
                File.WriteAllBytes(Path.Combine(target, icon + ".png"), png);
                (count, bytes) = (count + 1, bytes + png.Length);
            }

            if (parsed.GetValue<bool>(CommandLine.JsonOption))
            {
                Json.WriteDocument(terminal.Output, new { Out = target, Sprites = count, Bytes = bytes });
            }
            else
            {
                terminal.Output.WriteLine($"{count} sprites, {bytes:N0} bytes written to {target}");
            }
        });
        return command;
    }
}
