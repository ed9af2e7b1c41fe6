using GPT4RoI.Standalone;

namespace GPT4RoI.Silo.Tests.Standalone;

public sealed class DataDirectoryTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("gpt4roi-data-");

    [Fact]
    public void ReadOrCreateSecret_Twice_IsTheSameAndForItsOwnerOnly()
    {
        var secret = new DataDirectory(Path.Combine(_folder.FullName, "new")).ReadOrCreateSecret();

        Assert.Equal(32, Convert.FromBase64String(secret).Length);
        Assert.Equal(secret, new DataDirectory(Path.Combine(_folder.FullName, "new")).ReadOrCreateSecret());
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path.Combine(_folder.FullName, "new", "cluster-secret")));
        }
    }

    [Fact]
    public void ReadOrCreateSecret_FileHoldsSomethingElse_IsRefused()
    {
        File.WriteAllText(Path.Combine(_folder.FullName, "cluster-secret"), "short");
        Assert.Throws<InvalidDataException>(() => new DataDirectory(_folder.FullName).ReadOrCreateSecret());
    }

    public void Dispose() => _folder.Delete(recursive: true);
}
