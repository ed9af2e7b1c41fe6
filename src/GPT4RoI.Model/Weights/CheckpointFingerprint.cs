using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using static TorchSharp.torch;

namespace GPT4RoI.Model.Weights;

/// <summary>
/// Tells checkpoints apart: equal for the same model however its weights are split into files and in whichever format, different as soon as
/// a config, a tokenizer, a name, a dtype, a shape or either end of a tensor's data differs. Reads 8 KB per tensor, so it is quick for any
/// size.
/// </summary>
public static class CheckpointFingerprint
{
    private const int SampleBytes = 4096;
    private static readonly string[] HashedFiles = ["config.json", "tokenizer.model", "added_tokens.json"];

    /// <summary>SHA-256 in hexadecimal (lower case) over the checkpoints in this order: a model and its vision tower.</summary>
    /// <exception cref="WeightsException">The weights of one cannot be read.</exception>
    /// <exception cref="IOException">A file of one cannot be read.</exception>
    public static string Compute(params string[] directories)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Append(hash, directories.Length);
        foreach (var directory in directories)
        {
            foreach (var file in HashedFiles.Select(name => Path.Combine(directory, name)))
            {
                // An absent file is not the same as an empty one.
                Append(hash, File.Exists(file) ? 1 : 0);
                Append(hash, File.Exists(file) ? File.ReadAllBytes(file) : []);
            }
            using var weights = WeightFiles.Open(directory);
            AppendTensors(hash, weights);
        }
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private static void AppendTensors(IncrementalHash hash, IWeightSource weights)
    {
        Append(hash, weights.Tensors.Count);
        foreach (var (name, info) in weights.Tensors.OrderBy(tensor => tensor.Key, StringComparer.Ordinal))
        {
            Append(hash, Encoding.UTF8.GetBytes(name));
            Append(hash, Encoding.UTF8.GetBytes(Dtypes.ToSafetensors(info.Dtype)));
            Append(hash, info.Shape.Length);
            foreach (var size in info.Shape)
            {
                Append(hash, size);
            }
            using var scope = NewDisposeScope();
            var flat = weights.Read(name).contiguous().view(-1);
            var count = Math.Min(flat.numel(), SampleBytes / Dtypes.ElementSize(info.Dtype));
            Append(hash, flat.narrow(0, 0, count).bytes);
            Append(hash, flat.narrow(0, flat.numel() - count, count).bytes);
        }
    }

    private static void Append(IncrementalHash hash, long number)
    {
        Span<byte> bytes = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, number);
        hash.AppendData(bytes);
    }

    /// <summary>The field with its length before it, so that no two lists of fields hash alike.</summary>
    private static void Append(IncrementalHash hash, ReadOnlySpan<byte> field)
    {
        Append(hash, (long)field.Length);
        hash.AppendData(field);
    }
}
