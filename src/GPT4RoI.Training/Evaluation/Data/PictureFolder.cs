namespace GPT4RoI.Training.Evaluation.Data;

/// <summary>The folder that a data set's file names are relative to.</summary>
internal sealed class PictureFolder(string folder)
{
    private readonly string _root = Path.GetFullPath(folder) + Path.DirectorySeparatorChar;

    /// <summary>The path of a file below the folder.</summary>
    /// <exception cref="BadRecordException">The name leads out of the folder.</exception>
    public string PathOf(string name)
    {
        var path = Path.GetFullPath(Path.Combine(_root, name));
        return path.StartsWith(_root, StringComparison.Ordinal) ? path : throw new BadRecordException($"'{name}' leads out of the pictures' folder.");
    }
}
