using System.Runtime.InteropServices;
using GPT4RoI.Model.Weights;

namespace GPT4RoI.Engine.Tests;

/// <summary>The fixtures computed by the authors' own code, under tests/golden.</summary>
internal static class GoldenFiles
{
    private static readonly string Root = FindRoot();

    /// <summary>A file or folder of the fixtures.</summary>
    public static string Path(params string[] parts) => System.IO.Path.Combine([Root, .. parts]);

    /// <summary>A float32 tensor of a safetensors file under <c>cases/</c>, row-major.</summary>
    public static float[] ReadCase(string file, string tensor)
    {
        using var source = new SafetensorsFile(Path("cases", file + ".safetensors"));
        using var values = source.Read(tensor);
        return MemoryMarshal.Cast<byte, float>(values.bytes).ToArray();
    }

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !Directory.Exists(System.IO.Path.Combine(folder.FullName, "tests", "golden")))
        {
            folder = folder.Parent;
        }
        return System.IO.Path.Combine(
            folder?.FullName ?? throw new DirectoryNotFoundException($"No folder above {AppContext.BaseDirectory} has tests/golden."), "tests", "golden");
    }
}
