using System.Runtime.InteropServices;

namespace GPT4RoI.Model.Native;

/// <summary>
/// Makes MKL's matrix products give the same bits in every run: by default they depend on where an allocation happens to lie. A value that the environment
/// sets wins.
/// </summary>
public static partial class ReproducibleProducts
{
    /// <summary>To be called before the process's first product: MKL reads the variable once.</summary>
    public static void Demand()
    {
        if (OperatingSystem.IsLinux())
        {
            _ = SetVariable("MKL_CBWR", "AVX2,STRICT", overwrite: 0);
        }
    }

    // Environment.SetEnvironmentVariable changes the runtime's copy only, which native code does not see.
    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SetVariable(string name, string value, int overwrite);
}
