using System.Runtime.InteropServices;

namespace GPT4RoI.Model.Native;

/// <summary>
/// Lets libtorch's OpenMP threads sleep between products instead of spinning: our own kernels and the other engines of the process need the cores in
/// between. A value that the environment sets wins.
/// </summary>
internal static partial class OpenMpWaiting
{
    /// <summary>To be called before libtorch is loaded: OpenMP reads the variable once.</summary>
    public static void BePassive() => _ = SetVariable("OMP_WAIT_POLICY", "PASSIVE", overwrite: 0);

    // Environment.SetEnvironmentVariable changes the runtime's copy only, which native code does not see.
    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SetVariable(string name, string value, int overwrite);
}
