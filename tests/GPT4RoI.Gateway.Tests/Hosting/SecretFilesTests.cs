using GPT4RoI.Operations;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;

namespace GPT4RoI.Gateway.Tests.Hosting;

public sealed class SecretFilesTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory().FullName;

    [Fact]
    public void AddSecretFiles_AsAMountedSecretLooks_GivesItsSettings()
    {
        // the names are links into a folder that is replaced as a whole
        var data = Directory.CreateDirectory(Path.Combine(_directory, "..2026_01_01"));
        File.WriteAllText(Path.Combine(data.FullName, "secret"), "c2VjcmV0\n");
        File.CreateSymbolicLink(Path.Combine(_directory, "Cluster__Secret"), Path.Combine(data.FullName, "secret"));
        File.WriteAllText(Path.Combine(_directory, "Gateway__ApiKeys__0__Tenant"), "acme");

        var settings = Read(_directory);

        Assert.Equal("c2VjcmV0", settings["Cluster:Secret"]);
        Assert.Equal("acme", settings["Gateway:ApiKeys:0:Tenant"]);
        Assert.DoesNotContain(settings.AsEnumerable(), entry => entry.Key.StartsWith("..", StringComparison.Ordinal));
    }

    [Fact]
    public void AddSecretFiles_ASettingThatIsThere_IsReplaced()
    {
        File.WriteAllText(Path.Combine(_directory, "Cluster__Secret"), "from a file");

        Assert.Equal("from a file", Read(_directory)["Cluster:Secret"]);
    }

    [Fact]
    public void AddSecretFiles_NoSuchFolder_SaysWhichSetting() =>
        Assert.Contains("Secrets:Directory", Assert.Throws<IOException>(() => Read(Path.Combine(_directory, "none"))).Message, StringComparison.Ordinal);

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    private static ConfigurationManager Read(string directory)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new());
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?> { ["Secrets:Directory"] = directory, ["Cluster:Secret"] = "from elsewhere" });
        builder.AddSecretFiles();
        return builder.Configuration;
    }
}
