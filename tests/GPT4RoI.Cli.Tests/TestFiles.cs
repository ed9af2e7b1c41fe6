namespace GPT4RoI.Cli.Tests;

/// <summary>Files that tests give to commands.</summary>
internal static class TestFiles
{
    /// <summary>A folder of the golden fixtures.</summary>
    public static string Golden(params string[] path) => Path.Combine([FindRoot(), "tests", "golden", .. path]);

    public static string Photo => Golden("cases", "images", "cat_451x300.png");

    /// <summary>The program as its own project builds it: beside the tests it would miss what ASP.NET brings along.</summary>
    public static string Program
    {
        get
        {
            var framework = new DirectoryInfo(AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar));
            return Path.Combine(FindRoot(), "src", "GPT4RoI.Cli", "bin", framework.Parent!.Name, framework.Name, "gpt4roi.dll");
        }
    }

    public static string NewFolder() => Directory.CreateTempSubdirectory("gpt4roi").FullName;

    private static string FindRoot()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "GPT4RoI.Cluster.sln")))
        {
            folder = Path.GetDirectoryName(folder) ?? throw new InvalidOperationException("GPT4RoI.Cluster.sln is not above the test's folder");
        }
        return folder;
    }
}
