using System.IO.MemoryMappedFiles;

namespace GPT4RoI.Model.Weights;

/// <summary>
/// A file mapped read-only. What points into it is valid until it is disposed; writing through such a pointer ends the process.
/// </summary>
internal sealed unsafe class MappedFile : IDisposable
{
    private readonly MemoryMappedFile _map;
    private readonly MemoryMappedViewAccessor _view;
    private byte* _start;

    private MappedFile(string path, long length, MemoryMappedFile map)
    {
        Path = path;
        Length = length;
        _map = map;
        _view = map.CreateViewAccessor(0, length, MemoryMappedFileAccess.Read);
        _view.SafeMemoryMappedViewHandle.AcquirePointer(ref _start);
    }

    public string Path { get; }

    /// <summary>Bytes of the file.</summary>
    public long Length { get; }

    /// <exception cref="WeightsException">The file is absent, empty or unreadable.</exception>
    public static MappedFile Open(string path)
    {
        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read);
            var length = file.Length;
            return length == 0
                ? throw new WeightsException($"{path}: the file is empty")
                : new MappedFile(path, length, MemoryMappedFile.CreateFromFile(
                    file.SafeFileHandle, mapName: null, length, MemoryMappedFileAccess.Read, HandleInheritability.None, leaveOpen: true));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new WeightsException($"{path}: cannot be opened: {exception.Message}", exception);
        }
    }

    /// <summary>The address of a byte that must lie in the file (or at its end).</summary>
    public nint Address(long offset)
    {
        ObjectDisposedException.ThrowIf(_start is null, this);
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(offset, Length);
        return (nint)(_start + offset);
    }

    /// <summary>Bytes that must lie in the file.</summary>
    public ReadOnlySpan<byte> Bytes(long offset, int length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(offset, Length - length);
        return new((void*)Address(offset), length);
    }

    public void Dispose()
    {
        if (_start is not null)
        {
            _start = null;
            _view.SafeMemoryMappedViewHandle.ReleasePointer();
            _view.Dispose();
            _map.Dispose();
        }
    }
}
