using System.Security.Cryptography;

namespace GPT4RoI.Standalone;

/// <summary>What a standalone server keeps between runs: conversations, and the secret that every id is derived from.</summary>
internal sealed class DataDirectory
{
    private const int SecretBytes = 32;
    private const string SecretFile = "cluster-secret";
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>Makes the folder if it is not there, readable by its owner only.</summary>
    public DataDirectory(string path)
    {
        Path = System.IO.Path.GetFullPath(path);
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(Path);
        }
        else
        {
            Directory.CreateDirectory(Path, OwnerOnly | UnixFileMode.UserExecute);
        }
    }

    /// <summary>The folder, absolute.</summary>
    public string Path { get; }

    /// <summary>Folder of the control store.</summary>
    public string Control => System.IO.Path.Combine(Path, "control");

    /// <summary>The cluster's secret in base64: made by the first run, the same for every later one.</summary>
    /// <exception cref="InvalidDataException">The file holds something else; deleting it makes a new secret, and old image ids invalid.</exception>
    public string ReadOrCreateSecret()
    {
        var file = System.IO.Path.Combine(Path, SecretFile);
        if (!File.Exists(file))
        {
            var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
            if (!OperatingSystem.IsWindows())
            {
                options.UnixCreateMode = OwnerOnly;
            }
            using var writer = new StreamWriter(file, options);
            writer.Write(Convert.ToBase64String(RandomNumberGenerator.GetBytes(SecretBytes)));
        }
        var secret = File.ReadAllText(file).Trim();
        var decoded = new byte[secret.Length];
        return Convert.TryFromBase64String(secret, decoded, out var length) && length >= SecretBytes
            ? secret
            : throw new InvalidDataException($"{file} does not hold base64 of {SecretBytes} bytes; delete it to make a new secret");
    }
}
