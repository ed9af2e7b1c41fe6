using System.CommandLine;
using System.CommandLine.Parsing;
using GPT4RoI.Training.Evaluation;
using GPT4RoI.Training.Evaluation.Tasks;

namespace GPT4RoI.Cli.Eval;

/// <summary>
/// What <c>--task</c> can name. A further task is one more entry of the table: its name, its own options among those of the command, and how the task
/// is made of them.
/// </summary>
internal sealed class EvalTasks
{
    private readonly Option<FileInfo> _data = new Option<FileInfo>("--data")
    {
        Description = "vcr: jsonl; caption: COCO layout; v7w: dataset_v7w_*.json.",
        HelpName = "file",
    }.AcceptExistingOnly();

    private readonly Option<DirectoryInfo> _images = new Option<DirectoryInfo>("--images")
    {
        Description = "Folder that the data's file names are relative to.",
        HelpName = "dir",
    }.AcceptExistingOnly();

    private readonly Option<int?> _limit = new("--limit") { Description = "Records at most." };
    private readonly Option<string> _task;
    private readonly Dictionary<string, Func<ParseResult, IEvaluationTask>> _tasks;

    private readonly SceneEval _scenes;
    private readonly Option<DirectoryInfo> _model;

    /// <param name="command">Gets the options.</param>
    /// <param name="scenes">The default, which reports in a form of its own.</param>
    /// <param name="model">The checkpoint that scenes need.</param>
    public EvalTasks(Command command, SceneEval scenes, Option<DirectoryInfo> model)
    {
        (_scenes, _model) = (scenes, model);
        (string Name, Func<ParseResult, IEvaluationTask> Create)[] table =
        [
            (VcrTask.Name, parsed => OfFiles(parsed, (data, images, limit) => new VcrTask(data, images, limit))),
            (CaptionTask.Name, parsed => OfFiles(parsed, (data, images, limit) => new CaptionTask(data, images, limit))),
            (Visual7WTask.Name, parsed => OfFiles(parsed, (data, images, limit) => new Visual7WTask(data, images, limit))),
        ];
        _tasks = table.ToDictionary(entry => entry.Name, entry => entry.Create);
        _task = new("--task") { Description = "What to evaluate on.", DefaultValueFactory = _ => SceneEval.TaskName };
        _task.AcceptOnlyFromAmong([SceneEval.TaskName, .. _tasks.Keys]);
        command.Add(_task);
        command.Add(_data);
        command.Add(_images);
        command.Add(_limit);
        command.Validators.Add(Check);
    }

    public bool IsScenes(ParseResult parsed) => parsed.GetRequiredValue(_task) == SceneEval.TaskName;

    public IEvaluationTask Create(ParseResult parsed) => _tasks[parsed.GetRequiredValue(_task)](parsed);

    private void Check(CommandResult result)
    {
        // Checked before defaults are filled in.
        var isScenes = result.GetResult(_task) is not { Tokens: [var task, ..] } || task.Value == SceneEval.TaskName;
        foreach (var option in isScenes ? [_model] : new Option[] { _data, _images })
        {
            if (result.GetResult(option) is null)
            {
                result.AddError($"{option.Name} is missing.");
            }
        }
        if (isScenes)
        {
            _scenes.Check(result);
        }
        if (result.GetValue(_limit) < 1)
        {
            result.AddError("--limit must be at least 1.");
        }
    }

    private IEvaluationTask OfFiles(ParseResult parsed, Func<string, string, int, IEvaluationTask> create) =>
        create(parsed.GetRequiredValue(_data).FullName, parsed.GetRequiredValue(_images).FullName, parsed.GetValue(_limit) ?? int.MaxValue);
}
