using GPT4RoI.Training.Datasets.Reading;

namespace GPT4RoI.Training.Datasets.Coco;

/// <summary>A file in COCO's layout: <c>images</c>, <c>annotations</c> and, where they matter, <c>categories</c>.</summary>
internal sealed class CocoFile
{
    private readonly string _path;
    private readonly DataFaults _faults;
    private readonly Dictionary<long, List<CocoAnnotationRecord>> _annotations = [];
    private readonly List<(CocoImageRecord Image, string Record)> _images = [];
    private readonly Dictionary<long, string> _categories = [];

    private CocoFile(string path, DataFaults faults) => (_path, _faults) = (path, faults);

    /// <summary>Category names by id, in the file's order.</summary>
    public IReadOnlyDictionary<long, string> Categories => _categories;

    /// <summary>Reads a file whole.</summary>
    /// <exception cref="DatasetException">The file is not there, broken, or lacks a list.</exception>
    public static CocoFile Read(string path, DataFaults faults, bool withCategories = false)
    {
        var file = new CocoFile(path, faults);
        JsonList[] lists =
        [
            new JsonList<CocoImageRecord>("images", (image, record) => file._images.Add((image, record))),
            new JsonList<CocoAnnotationRecord>("annotations", file.Take),
            .. withCategories ? [new JsonList<CocoCategoryRecord>("categories", file.Take)] : Array.Empty<JsonList>(),
        ];
        JsonListFile.Read(path, faults, lists);
        return file;
    }

    /// <summary>The pictures that have something to learn from, in the file's order.</summary>
    /// <param name="images">Folder with the picture files.</param>
    /// <param name="text">What a region is about; null, or empty, if it is left out.</param>
    public IReadOnlyList<CocoPicture> Pictures(string images, Func<CocoImageRecord, CocoAnnotationRecord, string?> text)
    {
        var pictures = new List<CocoPicture>();
        foreach (var (image, record) in _images)
        {
            if (image is not { Id: { } id, FileName: { Length: > 0 } name, Width: > 0 and { } width, Height: > 0 and { } height })
            {
                _faults.Report("an image lacks its id, file_name, width or height", _path, record);
                continue;
            }

            if (!_annotations.Remove(id, out var annotations) || Math.Min(width, height) < CocoBoxes.SmallestPicture)
            {
                continue;
            }

            CocoRegion[] regions = [.. annotations.Select(annotation => Region(image, annotation, text)).OfType<CocoRegion>()];
            if (regions.Length > 0)
            {
                pictures.Add(new CocoPicture(PictureFile.Find(images, name), record, image.Caption?.Trim() ?? "", regions));
            }
        }

        foreach (var id in _annotations.Keys)
        {
            _faults.Report("annotations of an image that the file does not list, or that an earlier entry took", _path, $"image {id}");
        }

        return pictures;
    }

    private void Take(CocoCategoryRecord category, string record)
    {
        if (category is not { Id: { } id, Name: { } name } || !HumanText.IsPlain(name) || !_categories.TryAdd(id, name))
        {
            _faults.Report("a category lacks its id or a plain name, or its id is taken", _path, record);
        }
    }

    private void Take(CocoAnnotationRecord annotation, string record)
    {
        if (annotation is not { ImageId: { } image, Bbox: [_, _, _, _] box } || !Array.TrueForAll(box, double.IsFinite))
        {
            _faults.Report("an annotation lacks its image_id or a bbox of four numbers", _path, record);
        }
        else if (!annotation.Iscrowd && !annotation.Ignore)
        {
            (_annotations.TryGetValue(image, out var list) ? list : _annotations[image] = []).Add(annotation);
        }
    }

    private CocoRegion? Region(CocoImageRecord image, CocoAnnotationRecord annotation, Func<CocoImageRecord, CocoAnnotationRecord, string?> text)
    {
        var pixels = annotation.Bbox!;
        if (CocoBoxes.Usable(pixels, annotation.Area ?? (pixels[2] * pixels[3]), image.Width!.Value, image.Height!.Value) is not { } box)
        {
            return null;
        }

        if (text(image, annotation)?.Trim() is { Length: > 0 } said)
        {
            return new CocoRegion(box, said);
        }

        _faults.Report("a region has no text: no caption, category or phrase that the file knows", _path, $"image {image.Id}");
        return null;
    }
}
