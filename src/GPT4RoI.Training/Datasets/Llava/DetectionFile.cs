using GPT4RoI.Model.Regions;
using GPT4RoI.Model.Weights.PyTorch;
using GPT4RoI.Training.Datasets.Pickle;
using GPT4RoI.Training.Datasets.Reading;

namespace GPT4RoI.Training.Datasets.Llava;

/// <summary>
/// Reads what a detector found, by the picture's name without its folder: COCO's results (JSON, one box per entry, in pixels), or the authors' pickle
/// (<c>[{filename, pred_bboxes [n, 5], labels [n]}]</c>, boxes 0..1 and their score).
/// </summary>
internal sealed class DetectionFile
{
    private readonly string _path;
    private readonly DetectorClasses _classes;
    private readonly DataFaults _faults;
    private readonly Dictionary<string, PictureDetections> _found = new(StringComparer.Ordinal);

    private DetectionFile(string path, DetectorClasses classes, DataFaults faults) => (_path, _classes, _faults) = (path, classes, faults);

    /// <summary>Reads a file whole.</summary>
    /// <param name="path">Ends in <c>.json</c>, <c>.pkl</c> or <c>.pickle</c>.</param>
    /// <param name="classes">Of the detector; with pictures for <c>.json</c>.</param>
    /// <param name="faults">Takes what cannot be used.</param>
    /// <exception cref="DatasetException">The file cannot be used.</exception>
    public static IReadOnlyDictionary<string, PictureDetections> Read(string path, DetectorClasses classes, DataFaults faults)
    {
        var file = new DetectionFile(path, classes, faults);
        if (IsJson(path))
        {
            file.ReadJson();
        }
        else
        {
            file.ReadPickle();
        }

        return file._found;
    }

    /// <summary>Whether the file is COCO's results.</summary>
    public static bool IsJson(string path) => Path.GetExtension(path).ToLowerInvariant() switch
    {
        ".json" => true,
        ".pkl" or ".pickle" => false,
        _ => throw new DatasetException($"{path}: detections are read from .json, .pkl and .pickle files."),
    };

    private void ReadJson()
    {
        var byPicture = new Dictionary<string, List<Detection>>(StringComparer.Ordinal);
        JsonListFile.Read(_path, _faults, new JsonList<ResultRecord>(null, (result, record) =>
        {
            if (Detection(result) is not ({ } picture, var found))
            {
                _faults.Report("a result lacks a bbox of four numbers, a score, or an image_id and category_id of the classes' file", _path, record);
                return;
            }

            (byPicture.TryGetValue(picture, out var list) ? list : byPicture[picture] = []).Add(found);
        }));
        foreach (var (picture, found) in byPicture)
        {
            _found[picture] = PictureDetections.Of(found);
        }
    }

    private (string? Picture, Detection Found) Detection(ResultRecord result)
    {
        if (result is not { ImageId: { } image, CategoryId: { } category, Score: { } score, Bbox: [var x, var y, var width, var height] box }
            || !Array.TrueForAll(box, double.IsFinite) || width < 0 || height < 0
            || _classes.Picture(image) is not { } picture || _classes.Name(category) is not { } name)
        {
            return default;
        }

        return (picture.Name, new Detection(BoundingBox.FromPixels(x, y, x + width, y + height, picture.Width, picture.Height), (float)score, name));
    }

    private void ReadPickle()
    {
        var entries = Load() as List<object?> ?? throw new DatasetException($"{_path} holds no list.");
        foreach (var (index, entry) in entries.Index())
        {
            try
            {
                if (entry is Dictionary<string, object?> values
                    && values.GetValueOrDefault("filename") is string name
                    && values.GetValueOrDefault("pred_bboxes") is NumpyArray { Shape: [var count, 5] } boxes
                    && values.GetValueOrDefault("labels") is NumpyArray { Shape: [var labelled] } labels && labelled == count)
                {
                    _found[Path.GetFileName(name)] = PictureDetections.Of([.. Enumerable.Range(0, count).Select(row => Row(boxes, labels, row))]);
                    continue;
                }

                _faults.Report("an entry is not {filename, pred_bboxes [n, 5], labels [n]}", _path, $"entry {index}");
            }
            catch (PickleException exception)
            {
                _faults.Report("an entry's arrays cannot be used", _path, $"entry {index}", exception.Message);
            }
        }
    }

    private object? Load()
    {
        try
        {
            return DataPickle.Read(File.ReadAllBytes(_path));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or DatasetException)
        {
            throw new DatasetException($"{_path} cannot be read: {exception.Message}", exception);
        }
    }

    private Detection Row(NumpyArray boxes, NumpyArray labels, int row)
    {
        var label = labels[row];
        if (label < 0 || label >= _classes.Names.Count)
        {
            throw new PickleException($"label {label} is none of the {_classes.Names.Count} classes");
        }

        float Value(int column) => (float)boxes[(row * 5) + column];
        var (box, score) = (new BoundingBox(Value(0), Value(1), Value(2), Value(3)), Value(4));
        return float.IsFinite(box.X1 + box.Y1 + box.X2 + box.Y2 + score) && box.X1 <= box.X2 && box.Y1 <= box.Y2
            ? new Detection(box, score, _classes.Names[(int)label])
            : throw new PickleException($"row {row} is no box with a score");
    }

    private sealed record ResultRecord(long? ImageId, long? CategoryId, double[]? Bbox, double? Score);
}
