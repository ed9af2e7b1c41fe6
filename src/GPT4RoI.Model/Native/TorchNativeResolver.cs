using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Loader;

namespace GPT4RoI.Model.Native;

/// <summary>
/// Loads libLibTorchSharp.so where the system's libstdc++ is older than the one it was linked with (Debian 12, Ubuntu 22.04). The library
/// asks for symbol version GLIBCXX_3.4.32 but calls nothing of it, so the request is marked weak in an in-memory copy.
/// Acts only after the runtime's own search has failed.
/// </summary>
internal static class TorchNativeResolver
{
    private const string Library = "LibTorchSharp", FileName = "libLibTorchSharp.so", MissingVersion = "GLIBCXX_3.4.32";
    private static readonly Lazy<nint> Handle = new(Load);

#pragma warning disable CA2255 // must run before the first torch call of whoever references this assembly
    [ModuleInitializer]
    internal static void Install()
    {
        if (OperatingSystem.IsLinux())
        {
            OpenMpWaiting.BePassive();
            var context = AssemblyLoadContext.GetLoadContext(Assembly.GetExecutingAssembly()) ?? AssemblyLoadContext.Default;
            context.ResolvingUnmanagedDll += static (_, name) => name is Library or FileName ? Handle.Value : 0;
        }
    }
#pragma warning restore CA2255

    private static nint Load()
    {
        var folders = NativeFolders().ToArray();
        if (folders.Select(folder => Path.Combine(folder, FileName)).FirstOrDefault(File.Exists) is not { } path)
        {
            return 0;
        }
        var image = File.ReadAllBytes(path);
        if (!ElfVersionNeeds.TryWeaken(image, MissingVersion))
        {
            return 0;
        }
        // The copy has no folder, so its $ORIGIN search finds nothing: libtorch has to be in the process before it.
        if (folders.Select(folder => Path.Combine(folder, "libtorch.so")).FirstOrDefault(File.Exists) is { } torch)
        {
            NativeLibrary.Load(torch);
        }
        return MemoryFile.LoadLibrary(Library, image);
    }

    private static IEnumerable<string> NativeFolders() =>
        ((AppContext.GetData("NATIVE_DLL_SEARCH_DIRECTORIES") as string) ?? "")
            .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .Append(AppContext.BaseDirectory)
            .Append(Path.Combine(AppContext.BaseDirectory, "runtimes", "linux-x64", "native"));
}
