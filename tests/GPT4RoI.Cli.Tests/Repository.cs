namespace GPT4RoI.Cli.Tests;

/// <summary>Places in the repository.</summary>
internal static class Repository
{
    private static readonly string Root = FindRoot();

    public static string PathOf(params string[] parts) => Path.Combine([Root, .. parts]);

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
