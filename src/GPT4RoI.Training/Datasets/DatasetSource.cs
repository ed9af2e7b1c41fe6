using GPT4RoI.Training.Scenes.Dialogue;

namespace GPT4RoI.Training.Datasets;

/// <summary>A configuration as a reader takes it: asks for what it needs, so that what is missing or has no use is an error.</summary>
internal sealed class DatasetSource(DatasetConfig config, DataFaults faults)
{
    private readonly HashSet<string> _used = [];

    public DataFaults Faults => faults;

    public string Name => config.Name ?? config.Kind;

    public string Annotations => Required("annotations", config.Annotations);

    public string Images => Required("images", config.Images);

    public string Detections => Required("detections", config.Detections);

    public string Classes => Required("classes", config.Classes);

    public IReadOnlyList<string> Sprites
    {
        get
        {
            _used.Add("sprites");
            return config.Sprites is { Count: > 0 } folders ? folders : throw Wrong("sprites", "is missing");
        }
    }

    public float Augmentation => Number("augmentation", config.Augmentation, value => value is >= 0 and <= 1, "must be from 0 to 1");

    public double Crowded => Optional("crowded", config.Crowded, value => value is >= 0 and <= 1, "must be from 0 to 1", 0);

    public IReadOnlyList<SceneTask> Tasks
    {
        get
        {
            _used.Add("tasks");
            return config.Tasks is null ? [] : config.Tasks is { Count: > 0 } names ? [.. names.Select(Task)] : throw Wrong("tasks", "is empty");

            SceneTask Task(string name) =>
                Enum.GetNames<SceneTask>().FirstOrDefault(known => known.Equals(name, StringComparison.OrdinalIgnoreCase)) is { } known
                    ? Enum.Parse<SceneTask>(known)
                    : throw Wrong("tasks", $"holds \"{name}\"; there are {string.Join(", ", Enum.GetNames<SceneTask>())}");
        }
    }

    public int Count => Number("count", config.Count, value => value >= 1, "must be 1 or more");

    /// <summary>The limit of boxes.</summary>
    /// <param name="otherwise">Where the configuration sets none.</param>
    public int MaxBoxes(int otherwise) => AtLeast("max_boxes", config.MaxBoxes, 1, otherwise);

    /// <summary>Every how many-th picture is a grid.</summary>
    /// <param name="otherwise">Where the configuration sets none.</param>
    public int GridEvery(int otherwise) => AtLeast("grid_every", config.GridEvery, 2, otherwise);

    /// <summary>Refuses what was set but not asked for, and a ratio that is none.</summary>
    /// <exception cref="DatasetException">The message names it.</exception>
    public void CheckUsed()
    {
        (string Key, bool IsSet)[] keys =
        [
            ("annotations", config.Annotations is not null), ("images", config.Images is not null), ("detections", config.Detections is not null),
            ("classes", config.Classes is not null), ("max_boxes", config.MaxBoxes is not null), ("sprites", config.Sprites is not null),
            ("augmentation", config.Augmentation is not null), ("tasks", config.Tasks is not null), ("count", config.Count is not null),
            ("grid_every", config.GridEvery is not null), ("crowded", config.Crowded is not null),
        ];
        if (keys.FirstOrDefault(key => key.IsSet && !_used.Contains(key.Key)) is { Key: { } key })
        {
            throw Wrong(key, "has no meaning for this kind");
        }

        if (!(config.Ratio > 0 && double.IsFinite(config.Ratio)))
        {
            throw Wrong("ratio", "must be above 0");
        }
    }

    private string Required(string key, string? value)
    {
        _used.Add(key);
        return string.IsNullOrEmpty(value) ? throw Wrong(key, "is missing") : value;
    }

    private T Number<T>(string key, T? value, Func<T, bool> fits, string limit)
        where T : struct
    {
        _used.Add(key);
        return value is not { } given ? throw Wrong(key, "is missing") : fits(given) ? given : throw Wrong(key, limit);
    }

    private int AtLeast(string key, int? value, int least, int otherwise) =>
        Optional(key, value, number => number >= least, $"must be {least} or more", otherwise);

    private T Optional<T>(string key, T? value, Func<T, bool> fits, string limit, T otherwise)
        where T : struct
    {
        _used.Add(key);
        return value is not { } given ? otherwise : fits(given) ? given : throw Wrong(key, limit);
    }

    private DatasetException Wrong(string key, string problem) => new($"Data set \"{Name}\" ({config.Kind}): \"{key}\" {problem}.");
}
