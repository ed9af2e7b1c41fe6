namespace GPT4RoI.Model.Tests;

/// <summary>The fixtures computed by the authors' own code.</summary>
internal static class Golden
{
    /// <summary>The folder tests/golden.</summary>
    public static string Root { get; } = Find();

    /// <summary>A file or folder of the fixtures.</summary>
    public static string File(params string[] parts) => Path.Combine([Root, .. parts]);

    private static string Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (System.IO.File.Exists(Path.Combine(folder.FullName, "GPT4RoI.Cluster.sln")))
            {
                return Path.Combine(folder.FullName, "tests", "golden");
            }
        }
        throw new DirectoryNotFoundException($"No folder above {AppContext.BaseDirectory} holds GPT4RoI.Cluster.sln.");
    }
}
