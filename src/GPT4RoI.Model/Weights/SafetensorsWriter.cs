using System.Buffers.Binary;
using System.Text.Json;
using static TorchSharp.torch;

namespace GPT4RoI.Model.Weights;

/// <summary>
/// Writes a safetensors file tensor by tensor. The header stands first in the file, so names, dtypes and shapes are given up front; then
/// <see cref="Write"/> once for each, in that order; then <see cref="Complete"/>. Disposed before that, it deletes the file.
/// </summary>
public sealed class SafetensorsWriter : IDisposable
{
    private const long ChunkElements = 1 << 24;
    private readonly FileStream _stream;
    private readonly IReadOnlyList<KeyValuePair<string, TensorInfo>> _tensors;
    private int _written;
    private bool _complete;

    /// <param name="path">A file that does not exist yet.</param>
    /// <param name="tensors">Every tensor, in the order in which it will be written.</param>
    /// <param name="metadata">Free text for the header; <c>format: pt</c> by default, which readers of Hugging Face ask for.</param>
    /// <exception cref="ArgumentException">Two tensors have the same name.</exception>
    /// <exception cref="IOException">The file exists or cannot be written.</exception>
    public SafetensorsWriter(
        string path, IReadOnlyList<KeyValuePair<string, TensorInfo>> tensors, IReadOnlyDictionary<string, string>? metadata = null)
    {
        _tensors = tensors;
        var header = Header(tensors, metadata ?? new Dictionary<string, string> { ["format"] = "pt" });
        _stream = new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.None);
        _stream.Write(header);
    }

    /// <summary>Writes the next tensor, from any device; it is not disposed.</summary>
    /// <exception cref="ArgumentException">It is not the next one of the list, in name, dtype or shape.</exception>
    public void Write(string name, Tensor tensor)
    {
        var next = _written < _tensors.Count ? _tensors[_written].Key : null;
        if (next != name)
        {
            throw new ArgumentException($"The next tensor is {next ?? "none"}, not {name}.", nameof(name));
        }
        var info = _tensors[_written].Value;
        if (tensor.dtype != info.Dtype || !tensor.shape.AsSpan().SequenceEqual(info.Shape))
        {
            throw new ArgumentException(
                $"{name} is announced as {info.Dtype} {Printable.Shape(info.Shape)}, not {tensor.dtype} {Printable.Shape(tensor.shape)}.",
                nameof(tensor));
        }
        using var scope = NewDisposeScope();
        var flat = tensor.detach().cpu().contiguous().view(-1);
        for (long start = 0; start < flat.numel(); start += ChunkElements)
        {
            using var chunk = flat.narrow(0, start, Math.Min(ChunkElements, flat.numel() - start));
            _stream.Write(chunk.bytes);
        }
        _written++;
    }

    /// <summary>Flushes the file to the disk. Without this call it is deleted.</summary>
    /// <exception cref="InvalidOperationException">A tensor is still to be written.</exception>
    public void Complete()
    {
        if (_written < _tensors.Count)
        {
            throw new InvalidOperationException(
                $"{_tensors.Count - _written} tensors are still to be written, from {_tensors[_written].Key} on.");
        }
        _stream.Flush(flushToDisk: true);
        _complete = true;
    }

    public void Dispose()
    {
        _stream.Dispose();
        if (!_complete)
        {
            File.Delete(_stream.Name);
        }
    }

    /// <summary>Length and JSON, padded with spaces so that the data starts at a multiple of 8.</summary>
    private static byte[] Header(IReadOnlyList<KeyValuePair<string, TensorInfo>> tensors, IReadOnlyDictionary<string, string> metadata)
    {
        using var buffer = new MemoryStream();
        buffer.Write(new byte[SafetensorsHeader.PrefixSize]);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WritePropertyName(SafetensorsHeader.MetadataKey);
            JsonSerializer.Serialize(json, metadata);
            long offset = 0;
            var names = new HashSet<string>();
            foreach (var (name, info) in tensors)
            {
                if (name == SafetensorsHeader.MetadataKey || !names.Add(name))
                {
                    throw new ArgumentException($"The name {name} is taken.", nameof(tensors));
                }
                var end = checked(offset + (Dtypes.ByteCount(info.Dtype, info.Shape) ?? throw new OverflowException()));
                json.WriteStartObject(name);
                json.WriteString("dtype", Dtypes.ToSafetensors(info.Dtype));
                json.WritePropertyName("shape");
                JsonSerializer.Serialize(json, info.Shape);
                json.WritePropertyName("data_offsets");
                JsonSerializer.Serialize(json, new[] { offset, end });
                json.WriteEndObject();
                offset = end;
            }
            json.WriteEndObject();
        }
        while (buffer.Length % 8 != 0)
        {
            buffer.WriteByte((byte)' ');
        }
        var header = buffer.ToArray();
        BinaryPrimitives.WriteInt64LittleEndian(header, header.Length - SafetensorsHeader.PrefixSize);
        return header;
    }
}
