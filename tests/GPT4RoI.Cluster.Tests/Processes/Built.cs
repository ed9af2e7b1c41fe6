namespace GPT4RoI.Cluster.Tests.Processes;

/// <summary>Where the solution's files and its built programs are.</summary>
internal static class Built
{
    /// <summary>The folder of the solution file.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>A file of the repository.</summary>
    public static string File(string relativePath) => Path.Combine(Root, relativePath);

    /// <summary>A program of this solution, built in the same configuration as these tests.</summary>
    public static string Program(string project, string? assembly = null)
    {
        var output = new DirectoryInfo(AppContext.BaseDirectory);
        var path = Path.Combine(Root, "src", project, "bin", output.Parent!.Name, output.Name, $"{assembly ?? project}.dll");
        return System.IO.File.Exists(path) ? path : throw new FileNotFoundException($"{project} is not built in this configuration", path);
    }

    private static string FindRoot()
    {
        for (var directory = new DirectoryInfo(AppContext.BaseDirectory); directory is not null; directory = directory.Parent)
        {
            if (System.IO.File.Exists(Path.Combine(directory.FullName, "GPT4RoI.Cluster.sln")))
            {
                return directory.FullName;
            }
        }
        throw new DirectoryNotFoundException("the tests do not run inside the repository");
    }
}
