using GPT4RoI.Training.Datasets.Coco;
using GPT4RoI.Training.Datasets.Reading;

namespace GPT4RoI.Training.Datasets.Llava;

/// <summary>A detector's classes and, where the same file lists them, the pictures it ran on; a file in COCO's layout such as LVIS's annotations.</summary>
internal sealed class DetectorClasses
{
    private readonly string _path;
    private readonly DataFaults _faults;
    private readonly SortedDictionary<long, string> _names = [];
    private readonly Dictionary<long, (string Name, int Width, int Height)> _pictures = [];

    private DetectorClasses(string path, DataFaults faults) => (_path, _faults) = (path, faults);

    /// <summary>Names in the order of their ids, which is the order of a detector's labels.</summary>
    public IReadOnlyList<string> Names { get; private set; } = [];

    /// <exception cref="DatasetException">The file cannot be used.</exception>
    public static DetectorClasses Read(string path, bool withPictures, DataFaults faults)
    {
        var classes = new DetectorClasses(path, faults);
        JsonList[] lists =
        [
            new JsonList<CocoCategoryRecord>("categories", classes.Take),
            .. withPictures ? [new JsonList<CocoImageRecord>("images", classes.Take)] : Array.Empty<JsonList>(),
        ];
        JsonListFile.Read(path, faults, lists);
        classes.Names = [.. classes._names.Values];
        return classes;
    }

    /// <summary>The class with this id.</summary>
    public string? Name(long id) => _names.GetValueOrDefault(id);

    /// <summary>The picture with this id: name without folder, width and height; null if the file lists none.</summary>
    public (string Name, int Width, int Height)? Picture(long id) => _pictures.TryGetValue(id, out var picture) ? picture : null;

    private void Take(CocoCategoryRecord category, string record)
    {
        if (category is not { Id: { } id, Name: { } name } || !HumanText.IsPlain(name) || !_names.TryAdd(id, name.Replace('_', ' ')))
        {
            _faults.Report("a category lacks its id or a plain name, or its id is taken", _path, record);
        }
    }

    private void Take(CocoImageRecord image, string record)
    {
        if (image is { Id: { } id, Width: > 0 and { } width, Height: > 0 and { } height } && (image.FileName ?? image.CocoUrl) is { Length: > 0 } name)
        {
            _pictures[id] = (Path.GetFileName(name), width, height);
        }
        else
        {
            _faults.Report("an image lacks its id, name, width or height", _path, record);
        }
    }
}
