using System.ComponentModel;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace GPT4RoI.Model.Native;

/// <summary>A library image that exists only in memory (memfd), loadable by path while its descriptor is open.</summary>
internal static partial class MemoryFile
{
    /// <summary>Loads the image and returns the library's handle, which lives as long as the process.</summary>
    public static nint LoadLibrary(string name, ReadOnlySpan<byte> image)
    {
        var descriptor = Create(name, 1);
        if (descriptor < 0)
        {
            throw new Win32Exception(Marshal.GetLastPInvokeError());
        }
        using var handle = new SafeFileHandle(descriptor, ownsHandle: true);
        using (var stream = new FileStream(handle, FileAccess.Write, bufferSize: 0))
        {
            stream.Write(image);
            stream.Flush();
            return NativeLibrary.Load($"/proc/self/fd/{descriptor}");
        }
    }

    [LibraryImport("libc", EntryPoint = "memfd_create", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Create(string name, uint flags);
}
