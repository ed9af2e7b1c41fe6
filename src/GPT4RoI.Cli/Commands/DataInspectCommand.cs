using System.CommandLine;
using GPT4RoI.Cli.Data;
using GPT4RoI.Cli.Inputs;
using GPT4RoI.Cli.Output;
using GPT4RoI.Model.Prompting;
using GPT4RoI.Training.Datasets;
using GPT4RoI.Training.Instructions;

namespace GPT4RoI.Cli.Commands;

/// <summary><c>gpt4roi data inspect</c>: one training sample, as people and as the model see it.</summary>
internal static class DataInspectCommand
{
    private const int UsualImageTokens = 256, MostImageTokens = 4096;

    public static Command Create(Terminal terminal)
    {
        var config = new Option<FileInfo>("--config") { Description = "JSON file: the list of data sets, or an object with one under \"data\".", HelpName = "file" };
        config.AcceptExistingOnly();
        var kind = new Option<string>("--kind") { Description = $"One data set instead: {string.Join(", ", DatasetFactory.Kinds)}." };
        kind.AcceptOnlyFromAmong([.. DatasetFactory.Kinds]);
        var annotations = new Option<FileInfo>("--annotations") { Description = "With --kind: its annotation file.", HelpName = "file" };
        var images = new Option<DirectoryInfo>("--images") { Description = "With --kind: folder of its pictures.", HelpName = "dir" };
        var detections = new Option<FileInfo>("--detections") { Description = "With --kind llava: what a detector found.", HelpName = "file" };
        var classes = new Option<FileInfo>("--classes") { Description = "With --kind llava: the detector's classes.", HelpName = "file" };
        var index = new Option<int>("--index") { Description = "Which sample, from 0." };
        var seed = new Option<int>("--seed") { Description = "Decides the order of --config and everything that is drawn." };
        var tokenizer = PathOptions.Folder("--tokenizer", "Folder with tokenizer.model and its JSON files.").AcceptExistingOnly();
        var template = new Option<string>("--template")
        {
            Description = "Conversation version, v1_2 or v1.",
            DefaultValueFactory = _ => ConversationTemplate.DefaultVersion,
        };
        template.AcceptOnlyFromAmong(ConversationTemplate.Authors.Version, ConversationTemplate.Vicuna.Version);
        var imageTokens = new Option<int>("--image-tokens") { Description = "Tokens that stand for a picture.", DefaultValueFactory = _ => UsualImageTokens }.Within(1, MostImageTokens);
        var picture = new Option<FileInfo>("--out") { Description = "PNG to write: the picture with its boxes, numbered.", HelpName = "file" };
        var command = new Command("inspect", "Show one training sample: picture with boxes, conversation, and what of it is learned.")
        {
            config, kind, annotations, images, detections, classes, index, seed, tokenizer, template, imageTokens, picture,
        };
        command.Validators.Add(result =>
        {
            if (result.GetValue(config) is null == result.GetValue(kind) is null)
            {
                result.AddError("Give either --config or --kind.");
            }
        });
        command.SetAction(parsed =>
        {
            var words = Gpt4RoiTokenizer.Load(parsed.GetRequiredValue(tokenizer).FullName);
            return Run(
                terminal,
                parsed.GetValue(config) is { } file
                    ? DatasetConfig.Read(file.FullName)
                    : [new DatasetConfig(parsed.GetRequiredValue(kind))
                    {
                        Annotations = parsed.GetValue(annotations)?.FullName,
                        Images = parsed.GetValue(images)?.FullName,
                        Detections = parsed.GetValue(detections)?.FullName,
                        Classes = parsed.GetValue(classes)?.FullName,
                    }],
                new Choice(parsed.GetValue(index), parsed.GetValue(seed), parsed.GetValue(config) is not null),
                words,
                new InstructionEncoder(words, ConversationTemplate.For(parsed.GetRequiredValue(template)), parsed.GetValue(imageTokens)),
                parsed.GetValue(picture)?.FullName,
                parsed.GetValue<bool>(CommandLine.JsonOption));
        });
        return command;
    }

    private static int Run(
        Terminal terminal, IReadOnlyList<DatasetConfig> configs, Choice choice, Gpt4RoiTokenizer tokenizer, InstructionEncoder encoder,
        string? picture, bool json)
    {
        var faults = new DataFaults();
        var dataset = choice.Mixed ? DatasetFactory.Create(configs, choice.Seed, faults) : DatasetFactory.Open(configs[0], faults);
        if (choice.Index < 0 || choice.Index >= dataset.Count)
        {
            throw new DatasetException($"There is no sample {choice.Index}: {dataset.Name} has {dataset.Count}, counted from 0.");
        }

        var sample = dataset.Get(choice.Index, new Random(choice.Seed));
        FaultLines.Write(terminal, faults);
        if (sample is null)
        {
            throw new DatasetException($"Sample {choice.Index} of {dataset.Name} holds nothing to learn from.");
        }

        var encoded = encoder.Encode(sample);
        var report = new SampleReport(dataset.Name, choice.Index, dataset.Count, sample, encoded);
        if (picture is not null)
        {
            NumberedBoxes.Write(sample.Image ?? throw new DatasetException($"Sample {choice.Index} of {dataset.Name} has no picture to write."), sample.Boxes, picture);
        }

        if (json)
        {
            report.WriteJson(terminal.Output, tokenizer, picture);
        }
        else
        {
            report.WriteText(terminal.Output, tokenizer);
        }

        return ExitCodes.Ok;
    }

    // Which sample, of all data sets mixed or of one in its own order.
    private sealed record Choice(int Index, int Seed, bool Mixed);
}
