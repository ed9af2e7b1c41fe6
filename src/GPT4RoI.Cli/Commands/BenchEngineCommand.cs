using System.CommandLine;
using GPT4RoI.Cli.Bench.Engine;
using GPT4RoI.Cli.Output;

namespace GPT4RoI.Cli.Commands;

/// <summary><c>gpt4roi bench engine</c>: the engine alone, beside the yardsticks of the same run.</summary>
internal static class BenchEngineCommand
{
    public static Command Create(Terminal terminal)
    {
        var model = new Option<DirectoryInfo>("--model") { Description = "Checkpoint folder.", DefaultValueFactory = _ => new("models/fixture-tiny") }.AcceptExistingOnly();
        var shape = new Option<string?>("--shape")
        {
            Description = "Sizes hidden,intermediate,layers,heads of a language model with made-up weights, instead of the checkpoint's: 768,2048,12,12 has 85 million.",
        };
        shape.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<string?>() is { } text && SyntheticShape.TryParse(text) is null)
            {
                result.AddError($"--shape '{text}' is not four positive sizes with hidden divisible by heads into an even number.");
            }
        });
        var batches = new Option<int[]>("--batch")
        {
            Description = "Concurrent requests of each round.",
            DefaultValueFactory = _ => [1, 4, 16],
            AllowMultipleArgumentsPerToken = true,
        };
        batches.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int[]>()!.Any(batch => batch < 1))
            {
                result.AddError("--batch must be at least 1.");
            }
        });
        var prompt = Positive("--prompt-tokens", "Prompt length of each request.", 256);
        var output = Positive("--output-tokens", "Generated tokens of each request; at least 2.", 64, least: 2);
        var seed = new Option<int>("--seed") { Description = "Of the prompts.", DefaultValueFactory = _ => 1 };
        var repeats = Positive("--repeats", "Rounds per batch size; the fastest counts.", 3);
        var command = new Command("engine", "Measure the language engine in this process: tokens per second, and what its weight products and a plain copy take.")
        {
            model, shape, batches, prompt, output, seed, repeats,
        };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var workload = new EngineWorkload(
                parsed.GetRequiredValue(model).FullName, parsed.GetValue(shape) is { } text ? SyntheticShape.TryParse(text) : null,
                parsed.GetRequiredValue(batches), parsed.GetValue(prompt), parsed.GetValue(output), parsed.GetValue(seed), parsed.GetValue(repeats));
            var progress = new Callback<EngineRound>(round =>
                terminal.Error.WriteLine(FormattableString.Invariant($"batch {round.BatchSize}: {round.TokensPerSecond:0.0} tokens/s")));
            var report = await new EngineBench(workload).RunAsync(terminal.IsInteractive ? progress : null, cancellationToken);
            Json.WriteDocument(terminal.Output, report);
        });
        return command;
    }

    private static Option<int> Positive(string name, string description, int value, int least = 1)
    {
        var option = new Option<int>(name) { Description = description, DefaultValueFactory = _ => value };
        option.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() < least)
            {
                result.AddError($"{name} must be at least {least}.");
            }
        });
        return option;
    }
}
