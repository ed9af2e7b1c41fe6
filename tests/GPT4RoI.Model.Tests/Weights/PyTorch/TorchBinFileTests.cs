using System.IO.Compression;
using GPT4RoI.Model.Weights;
using GPT4RoI.Model.Weights.PyTorch;

namespace GPT4RoI.Model.Tests.Weights.PyTorch;

public sealed class TorchBinFileTests : IDisposable
{
    private static readonly byte[] OneTensor = PickleBytes.Entry(pickle => pickle.Tensor("0", "FloatStorage", 2, 0, [2], [1]));
    private static readonly byte[] TwoFloats = [0, 0, 0x80, 0x3f, 0, 0, 0, 0xc0];
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    public static TheoryData<string> GoldenFiles() =>
        [.. Directory.GetFiles(Golden.File("delta"), "*.bin", SearchOption.AllDirectories).Select(path => Path.GetRelativePath(Golden.Root, path))];

    [Theory]
    [MemberData(nameof(GoldenFiles))]
    public void Read_GoldenFile_GivesTheBytesOfTheArchivesEntries(string name)
    {
        using var archive = ZipFile.OpenRead(Golden.File(name));
        using var file = new TorchBinFile(Golden.File(name));

        // torch.save numbers storages in the order in which it meets them, and these tensors share none.
        var index = 0;
        foreach (var tensor in file.Tensors.Keys)
        {
            using var stream = archive.GetEntry($"{Path.GetFileNameWithoutExtension(name)}/data/{index++}")!.Open();
            using var bytes = new MemoryStream();
            stream.CopyTo(bytes);
            Assert.Equal(bytes.ToArray(), file.Bytes(tensor));
        }
        Assert.Equal(archive.Entries.Count(entry => entry.FullName.Contains("/data/", StringComparison.Ordinal)), index);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Read_StoredByHand_GivesItsNumbers(bool wide)
    {
        using var file = new TorchBinFile(Write(new ZipBytes(wide).Add("x/data.pkl", OneTensor).Add("x/data/0", TwoFloats).ToArray(comment: "made by hand")));

        Assert.Equal([1f, -2f], file.Floats("t"));
    }

    [Fact]
    public void Read_Twice_SharesTheMapping()
    {
        using var file = new TorchBinFile(Golden.File("delta", "base", "pytorch_model-00001-of-00002.bin"));
        using var first = file.Read("model.embed_tokens.weight");
        using var second = file.Read("model.embed_tokens.weight");

        Assert.True(first.bytes.Overlaps(second.bytes));
    }

    [Fact]
    public void Read_WindowWithStrides_IsHonoured()
    {
        // The columns 1 and 2 of a 2×3 matrix 0..5, transposed.
        var pickle = PickleBytes.Entry(pickle => pickle.Tensor("0", "ByteStorage", 6, 1, [2, 2], [1, 3]));
        using var file = new TorchBinFile(Write(new ZipBytes().Add("x/data.pkl", pickle).Add("x/data/0", [0, 1, 2, 3, 4, 5]).ToArray()));

        using var tensor = file.Read("t");

        Assert.Equal([1L, 3], tensor.stride());
        Assert.Equal([1, 4, 2, 5], file.Bytes("t"));
    }

    [Fact]
    public void Read_StorageSharedByTwo_IsRead()
    {
        var pickle = new PickleBytes().Raw(0x80, 2).Op("}(")
            .Text("a").Tensor("0", "ByteStorage", 4, 0, [2], [1])
            .Text("b").Tensor("0", "ByteStorage", 4, 2, [2], [1]).Op("u.").ToArray();
        using var file = new TorchBinFile(Write(new ZipBytes().Add("x/data.pkl", pickle).Add("x/data/0", [1, 2, 3, 4]).ToArray()));

        Assert.Equal([1, 2], file.Bytes("a"));
        Assert.Equal([3, 4], file.Bytes("b"));
    }

    [Fact]
    public void Open_PoisonedPickle_NamesFileAndGlobal()
    {
        var pickle = new PickleBytes().Raw(0x80, 2).Global("os", "system").Op("(").Text("id").Op("tR.").ToArray();
        var path = Write(new ZipBytes().Add("x/data.pkl", pickle).ToArray());

        var exception = Assert.Throws<WeightsException>(() => new TorchBinFile(path));

        Assert.Contains(path, exception.Message, StringComparison.Ordinal);
        Assert.Contains("'os.system'", exception.Message, StringComparison.Ordinal);
    }

    public static TheoryData<string, byte[]> Malformed => new()
    {
        { "not a zip archive, as torch.save", [0x80, 2, 0x8a, 10, 0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19, .. new byte[40]] },
        { "needs one entry", new ZipBytes().Add("x/data/0", TwoFloats).ToArray() },
        { "needs one entry", new ZipBytes().Add("x/data.pkl", OneTensor).Add("y/data.pkl", OneTensor).ToArray() },
        { "'t': its storage '0' is not in the archive", new ZipBytes().Add("x/data.pkl", OneTensor).Add("x/data/1", TwoFloats).ToArray() },
        { "'t': its storage '0' has 7 bytes, 8 are expected", new ZipBytes().Add("x/data.pkl", OneTensor).Add("x/data/0", TwoFloats[..7]).ToArray() },
        { "not little-endian", new ZipBytes().Add("x/data.pkl", OneTensor).Add("x/byteorder", "big"u8.ToArray()).ToArray() },
        { "'x/data/0' is compressed or encrypted", new ZipBytes().Add("x/data.pkl", OneTensor).Add("x/data/0", TwoFloats, method: 8).ToArray() },
        { "'x/data/0' takes 900 bytes", new ZipBytes().Add("x/data.pkl", OneTensor).Add("x/data/0", TwoFloats, size: 900).ToArray() },
        { "'x/data/0' takes 18446744073709551615 bytes", new ZipBytes(wide: true).Add("x/data/0", TwoFloats, size: ulong.MaxValue).ToArray() },
        { "'x/data/0' starts at byte 9223372036854775808", new ZipBytes(wide: true).Add("x/data/0", TwoFloats, header: 1ul << 63).ToArray() },
        { "'x/data/0' starts inside another one", new ZipBytes().Add("x/data/1", TwoFloats, size: 60).Add("x/data/0", new byte[40]).ToArray() },
        { "'x/data/1' is not at byte 0", new ZipBytes().Add("x/data/0", TwoFloats).Add("x/data/1", TwoFloats, header: 0).ToArray() },
        { "'x/data/0' is not at byte 0", new ZipBytes().Add("x/data/0", TwoFloats, localName: "x/data/9").ToArray() },
        { "'x/data/0' stands twice", new ZipBytes().Add("x/data/0", TwoFloats).Add("x/data/0", TwoFloats).ToArray() },
    };

    [Theory]
    [MemberData(nameof(Malformed))]
    public void Open_MalformedArchive_SaysWhat(string expected, byte[] bytes)
    {
        var path = Write(bytes);

        var exception = Assert.Throws<WeightsException>(() => new TorchBinFile(path));

        Assert.Contains(path, exception.Message, StringComparison.Ordinal);
        Assert.Contains(expected, exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Open_TruncatedOrChangedAnywhere_ThrowsNothingButWeightsException(bool wide)
    {
        var valid = new ZipBytes(wide).Add("x/data.pkl", OneTensor).Add("x/data/0", TwoFloats).ToArray();
        for (var at = 0; at < valid.Length; at++)
        {
            var changed = valid.ToArray();
            changed[at] ^= 0xff;
            OpenOrRefuse(changed);
            OpenOrRefuse(valid[..at]);
        }

        void OpenOrRefuse(byte[] bytes)
        {
            var path = Write(bytes);
            try
            {
                using var file = new TorchBinFile(path);
                Assert.All(file.Tensors.Keys, name => Assert.NotEmpty(file.Bytes(name)));
            }
            catch (WeightsException)
            {
                // Refused, which is what most changes deserve.
            }
        }
    }

    [Fact]
    public void Open_CompressedByAnotherWriter_IsRefused()
    {
        using (var archive = ZipFile.Open(_folder.At("x.bin"), ZipArchiveMode.Create))
        {
            using var stream = archive.CreateEntry("x/data.pkl", CompressionLevel.Optimal).Open();
            stream.Write(OneTensor);
        }

        Assert.Contains(
            "compressed", Assert.Throws<WeightsException>(() => new TorchBinFile(_folder.At("x.bin"))).Message, StringComparison.Ordinal);
    }

    private string Write(byte[] archive) => _folder.Write("pytorch_model.bin", archive);
}
