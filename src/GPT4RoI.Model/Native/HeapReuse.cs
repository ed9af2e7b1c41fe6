using System.Runtime.InteropServices;

namespace GPT4RoI.Model.Native;

/// <summary>
/// Keeps the memory of freed tensors in the process. glibc maps large blocks anew each time, and a training step allocates gigabytes: the page faults cost
/// up to half of its time on a busy machine.
/// </summary>
public static partial class HeapReuse
{
    private const int TrimThreshold = -1, TopPad = -2, MostMappings = -4; // names of malloc.h: M_TRIM_THRESHOLD, M_TOP_PAD, M_MMAP_MAX

    /// <summary>From here on; for processes that do little else than train. Does nothing where the C library is another one.</summary>
    public static void Enable()
    {
        if (!OperatingSystem.IsLinux())
        {
            return;
        }
        try
        {
            _ = SetOption(MostMappings, 0);
            _ = SetOption(TrimThreshold, int.MaxValue);
            _ = SetOption(TopPad, 64 << 20);
        }
        catch (EntryPointNotFoundException)
        {
            // musl's allocator has no options.
        }
    }

    [LibraryImport("libc", EntryPoint = "mallopt")]
    private static partial int SetOption(int option, int value);
}
