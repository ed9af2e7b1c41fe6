using System.Security.Cryptography;
using System.Text;
using GPT4RoI.Model.Weights;

namespace GPT4RoI.Model.Tests.Weights;

public sealed class ChecksumManifestTests : IDisposable
{
    // printf abc | sha256sum, FIPS 180-2's example
    private const string Abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

    private readonly TempFolder _folder = new();

    public ChecksumManifestTests()
    {
        Directory.CreateDirectory(_folder.At("clip"));
        File.WriteAllText(_folder.At("config.json"), "abc");
        File.WriteAllText(_folder.At("clip/model.safetensors"), "abc");
    }

    [Theory]
    [InlineData("{0}  config.json\n{0}  clip/model.safetensors\n")]
    [InlineData("{0} *./config.json\n{0} *./clip/model.safetensors\n")]
    public void Verify_AsSha256sumWritesIt_Passes(string manifest) => ChecksumManifest.Verify(_folder.Root, Write(string.Format(null, manifest, Abc)));

    [Fact]
    public void Verify_AFileChanged_NamesIt()
    {
        var checksum = Write($"{Abc}  config.json\n{Abc}  clip/model.safetensors\n");
        File.WriteAllText(_folder.At("clip/model.safetensors"), "abd");

        Assert.Equal(["clip/model.safetensors: differs"], Faults(checksum));
    }

    [Fact]
    public void Verify_AFileGone_NamesIt()
    {
        var checksum = Write($"{Abc}  config.json\n{Abc}  clip/model.safetensors\n");
        File.Delete(_folder.At("config.json"));

        Assert.Equal(["config.json: missing"], Faults(checksum));
    }

    [Fact]
    public void Verify_AFileThatNobodyListed_NamesIt()
    {
        var checksum = Write($"{Abc}  config.json\n{Abc}  clip/model.safetensors\n");
        File.WriteAllText(_folder.At("model-2.safetensors"), "abc");

        Assert.Equal(["model-2.safetensors: not listed"], Faults(checksum));
    }

    [Fact]
    public void Verify_AnotherManifest_IsRefusedBeforeItIsRead()
    {
        Write("nonsense");

        var refused = Assert.Throws<WeightsException>(() => ChecksumManifest.Verify(_folder.Root, Abc));

        Assert.Contains("is not the one that was asked for", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("nonsense")]
    [InlineData("{0}  config.json\n{0}  config.json\n")]
    [InlineData("{0}config.json\n")]
    public void Verify_AManifestThatIsNone_IsRefused(string manifest)
    {
        var checksum = Write(string.Format(null, manifest, Abc));

        Assert.Contains("a line is not", Assert.Throws<WeightsException>(() => ChecksumManifest.Verify(_folder.Root, checksum)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Verify_NoManifest_IsRefused() =>
        Assert.Contains("holds no SHA256SUMS", Assert.Throws<WeightsException>(() => ChecksumManifest.Verify(_folder.Root, Abc)).Message, StringComparison.Ordinal);

    public void Dispose() => _folder.Dispose();

    private string Write(string manifest)
    {
        File.WriteAllText(_folder.At(ChecksumManifest.FileName), manifest);
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(manifest)));
    }

    private IReadOnlyCollection<string> Faults(string checksum) =>
        Assert.Throws<WeightsException>(() => ChecksumManifest.Verify(_folder.Root, checksum)).Faults;
}
