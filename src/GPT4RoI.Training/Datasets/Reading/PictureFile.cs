namespace GPT4RoI.Training.Datasets.Reading;

/// <summary>Where the picture is that an annotation file names.</summary>
internal static class PictureFile
{
    /// <summary>The file of that name; if there is none, the one without the prefix that COCO's names had in 2014 (<c>COCO_train2014_</c>).</summary>
    public static string Find(string folder, string name)
    {
        var path = Path.Combine(folder, name);
        return name.StartsWith("COCO_", StringComparison.Ordinal) && !File.Exists(path) ? Path.Combine(folder, name[(name.LastIndexOf('_') + 1)..]) : path;
    }
}
