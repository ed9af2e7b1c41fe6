using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text.RegularExpressions;

namespace GPT4RoI.Model.Weights;

/// <summary>
/// <c>SHA256SUMS</c> of a checkpoint's folder, as <c>sha256sum</c> writes it. Its own SHA-256 stands for the whole checkpoint: whoever knows it need
/// not trust the place that the files came from.
/// </summary>
public static partial class ChecksumManifest
{
    /// <summary>Name of the file.</summary>
    public const string FileName = "SHA256SUMS";

    // What a loader reads of a folder.
    private static readonly string[] Extensions = [".json", ".safetensors", ".bin", ".model"];

    /// <summary>Reads every file once and compares.</summary>
    /// <param name="directory">The checkpoint's folder.</param>
    /// <param name="checksum">SHA-256 of the manifest. 64 hex digits.</param>
    /// <exception cref="WeightsException">The manifest is another one, a file differs or is missing, or a file that would be loaded is not listed.</exception>
    public static void Verify(string directory, string checksum)
    {
        var path = Path.Combine(directory, FileName);
        if (!File.Exists(path))
        {
            throw new WeightsException($"{directory} holds no {FileName} to check it by.");
        }
        var text = File.ReadAllBytes(path);
        if (!Matches(SHA256.HashData(text), checksum))
        {
            throw new WeightsException($"{path} is not the one that was asked for: its SHA-256 is {Convert.ToHexStringLower(SHA256.HashData(text))}, not {checksum}.");
        }
        var listed = Read(path);
        var faults = new ConcurrentBag<string>(Unlisted(directory, listed));
        Parallel.ForEach(listed, entry =>
        {
            if (Fault(Path.Combine(directory, entry.Key), entry.Value) is { } fault)
            {
                faults.Add($"{entry.Key}: {fault}");
            }
        });
        if (!faults.IsEmpty)
        {
            throw new WeightsException($"{directory} is not what {FileName} says:", faults.Order(StringComparer.Ordinal).ToList());
        }
    }

    private static Dictionary<string, string> Read(string path)
    {
        var listed = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var text in File.ReadLines(path).Where(text => text.Length > 0))
        {
            var line = Line().Match(text);
            if (!line.Success || !listed.TryAdd(line.Groups["file"].Value, line.Groups["hash"].Value))
            {
                throw new WeightsException($"{path}: a line is not a SHA-256, two spaces and a file's name, or a name comes twice.");
            }
        }
        return listed;
    }

    private static IEnumerable<string> Unlisted(string directory, Dictionary<string, string> listed) =>
        from file in Directory.EnumerateFiles(directory, "*", SearchOption.AllDirectories)
        let name = Path.GetRelativePath(directory, file).Replace('\\', '/')
        where Extensions.Contains(Path.GetExtension(name)) && !listed.ContainsKey(name)
        select $"{name}: not listed";

    private static string? Fault(string path, string expected)
    {
        if (!File.Exists(path))
        {
            return "missing";
        }
        using var file = File.OpenRead(path);
        return Matches(SHA256.HashData(file), expected) ? null : "differs";
    }

    private static bool Matches(byte[] hash, string expected) => Convert.ToHexString(hash).Equals(expected, StringComparison.OrdinalIgnoreCase);

    // In binary mode a star takes the second space's place.
    [GeneratedRegex(@"\A(?<hash>[0-9a-fA-F]{64}) [ *](\./)?(?<file>.+)\z", RegexOptions.ExplicitCapture)]
    private static partial Regex Line();
}
