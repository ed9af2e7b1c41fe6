using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;

namespace GPT4RoI.Operations;

/// <summary>
/// Settings as files, for those that no environment should show: <c>Secrets:Directory</c> holds one file per setting, named as its variable would be
/// (<c>Cluster__Secret</c>). They win over every other source.
/// </summary>
internal static class SecretFiles
{
    private const string Setting = "Secrets:Directory";

    /// <summary>Adds them, if there is a directory.</summary>
    /// <exception cref="IOException">The directory is named and is not there.</exception>
    public static void AddSecretFiles(this IHostApplicationBuilder builder)
    {
        if (builder.Configuration[Setting] is not { Length: > 0 } directory)
        {
            return;
        }
        if (!Directory.Exists(directory))
        {
            throw new IOException($"{Setting} is \"{directory}\", which is not a folder; leave it out, or mount one file per secret setting there");
        }
        builder.Configuration.AddKeyPerFile(Path.GetFullPath(directory), optional: false);
    }
}
