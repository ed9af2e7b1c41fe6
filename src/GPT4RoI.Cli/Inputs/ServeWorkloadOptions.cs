using System.CommandLine;
using GPT4RoI.Cli.Bench.Serve;

namespace GPT4RoI.Cli.Inputs;

/// <summary>The workload of <c>bench serve</c> as typed.</summary>
internal sealed class ServeWorkloadOptions
{
    private readonly Option<int> _requests = Number("--requests", 64, "Questions to ask.").Within(1, 1_000_000);
    private readonly Option<int> _concurrency =
        Number("--concurrency", 16, "Closed loop: conversations at a time, one question at a time each.").Within(1, 10_000);

    private readonly Option<double?> _rate = new("--rate")
    {
        Description = "Open loop: questions per second on average. Excludes --concurrency.",
    };

    private readonly Option<int> _images = Number("--images", 4, "Different images, generated.").Within(1, 10_000);
    private readonly Option<FileInfo[]> _files =
        new Option<FileInfo[]>("--image") { Description = "Use this image instead. Repeatable.", HelpName = "file" }.AcceptExistingOnly();

    private readonly Option<int> _regions =
        Number("--regions", 4, "Regions per conversation, introduced by its first question.").Within(0, 64);

    private readonly Option<int> _imageReuse =
        Number("--image-reuse", 75, "Chance in percent that a conversation takes an image used before.").Within(0, 100);

    private readonly Option<int> _turns = Number("--turns", 2, "Questions per conversation.").Within(1, 1000);
    private readonly Option<int> _outputTokens = Number("--output-tokens", 32, "Tokens of every answer.").Within(1, 100_000);
    private readonly Option<int> _seed = Number("--seed", 1, "The same seed makes the same requests.");

    public ServeWorkloadOptions(Command command)
    {
        Option[] all = [_requests, _concurrency, _rate, _images, _files, _regions, _imageReuse, _turns, _outputTokens, _seed];
        foreach (var option in all)
        {
            command.Add(option);
        }
        _rate.Validators.Add(result =>
        {
            if (!result.Errors.Any() && result.GetValueOrDefault<double?>() is not (> 0 and <= 100_000))
            {
                result.AddError("--rate must be above 0 and at most 100000 questions per second.");
            }
        });
        command.Validators.Add(result =>
        {
            if (result.GetResult(_rate) is { Implicit: false } && result.GetResult(_concurrency) is { Implicit: false })
            {
                result.AddError("--rate and --concurrency exclude each other: an open loop does not wait for answers.");
            }
            if (result.GetResult(_files) is { Implicit: false } && result.GetResult(_images) is { Implicit: false })
            {
                result.AddError("--image and --images exclude each other.");
            }
        });
    }

    /// <summary>The workload, and the files it uses; none if its images are generated.</summary>
    public (ServeWorkload Workload, IReadOnlyList<FileInfo> Files) Read(ParseResult parsed)
    {
        var files = parsed.GetValue(_files) ?? [];
        var workload = new ServeWorkload
        {
            Requests = parsed.GetValue(_requests),
            Concurrency = parsed.GetValue(_concurrency),
            Rate = parsed.GetValue(_rate),
            Images = files.Length > 0 ? files.Length : parsed.GetValue(_images),
            Regions = parsed.GetValue(_regions),
            ImageReuse = parsed.GetValue(_imageReuse),
            Turns = parsed.GetValue(_turns),
            OutputTokens = parsed.GetValue(_outputTokens),
            Seed = parsed.GetValue(_seed),
        };
        return (workload, files);
    }

    private static Option<int> Number(string name, int byDefault, string description) =>
        new(name) { Description = description, DefaultValueFactory = _ => byDefault };
}
