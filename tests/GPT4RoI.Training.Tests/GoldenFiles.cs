using GPT4RoI.Model.Weights;
using static TorchSharp.torch;

namespace GPT4RoI.Training.Tests;

/// <summary>The fixtures computed by the authors' own code.</summary>
internal static class GoldenFiles
{
    /// <summary>The folder tests/golden.</summary>
    public static string Root { get; } = Find();

    /// <summary>A tensor of cases/{file}.safetensors; belongs to the dispose scope around the call.</summary>
    public static Tensor Read(string file, string tensor)
    {
        using var source = new SafetensorsFile(Path.Combine(Root, "cases", file + ".safetensors"));
        return source.Read(tensor).clone();
    }

    private static string Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "GPT4RoI.Cluster.sln")))
            {
                return Path.Combine(folder.FullName, "tests", "golden");
            }
        }
        throw new DirectoryNotFoundException($"No folder above {AppContext.BaseDirectory} holds GPT4RoI.Cluster.sln.");
    }
}
