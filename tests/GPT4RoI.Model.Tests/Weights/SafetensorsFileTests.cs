using System.Buffers.Binary;
using System.Text;
using CsCheck;
using GPT4RoI.Model.Weights;

namespace GPT4RoI.Model.Tests.Weights;

public sealed class SafetensorsFileTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Read_GoldenCheckpoint_BytesAreThoseOfTheFile()
    {
        var path = Golden.File("tiny", "model.safetensors");
        var bytes = File.ReadAllBytes(path);
        using var file = new SafetensorsFile(path);

        Assert.Equal("pt", file.Metadata["format"]);
        Assert.Contains("model.spi_module.roi_align.flatten_linear.weight", file.Tensors.Keys);
        // The golden files are written without gaps: the tensors' bytes, put together by offset, are the file's data.
        Assert.Equal(
            bytes.Length - 8 - BinaryPrimitives.ReadInt64LittleEndian(bytes), file.Tensors.Keys.Sum(name => (long)file.Bytes(name).Length));
        Assert.All(file.Tensors.Keys, name => Assert.True(bytes.AsSpan().IndexOf(file.Bytes(name)) >= 0));
    }

    [Fact]
    public void Read_KnownBytes_GivesTheirNumbers()
    {
        var path = Write(
            """
            {
              "a": {"dtype": "F32", "shape": [2, 1], "data_offsets": [0, 8]},
              "s": {"dtype": "I64", "shape": [], "data_offsets": [8, 16]},
              "e": {"dtype": "F16", "shape": [0, 3], "data_offsets": [16, 16]}
            }
            """,
            [0, 0, 0x80, 0x3f, 0, 0, 0, 0xc0, 7, 0, 0, 0, 0, 0, 0, 0]);
        using var file = new SafetensorsFile(path);

        using var scalar = file.Read("s");
        using var empty = file.Read("e");

        Assert.Equal(["a", "s", "e"], file.Tensors.Keys);
        Assert.Equal([1f, -2f], file.Floats("a"));
        Assert.Empty(scalar.shape);
        Assert.Equal(7, scalar.item<long>());
        Assert.Equal([0L, 3], empty.shape);
    }

    [Fact]
    public void Read_Twice_SharesTheMapping()
    {
        using var file = new SafetensorsFile(Write("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}  """, [0, 0, 0x80, 0x3f]));
        using var first = file.Read("a");
        using var second = file.Read("a");

        Assert.True(first.bytes.Overlaps(second.bytes));
    }

    [Fact]
    public void Read_DataNotAligned_GivesTheSameNumbers()
    {
        // 1 byte of U8 puts the float32 tensor on an odd address.
        var path = Write(
            """{"u":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},"f":{"dtype":"F32","shape":[2],"data_offsets":[1,9]}}""",
            [9, 0, 0, 0x80, 0x3f, 0, 0, 0, 0xc0]);
        using var file = new SafetensorsFile(path);

        Assert.Equal([1f, -2f], file.Floats("f"));
    }

    [Fact]
    public void Read_UnknownName_NamesFileAndTensor()
    {
        using var file = new SafetensorsFile(Write("{}", []));

        var exception = Assert.Throws<WeightsException>(() => file.Read("lm_head.weight"));

        Assert.Contains("model.safetensors", exception.Message, StringComparison.Ordinal);
        Assert.Contains("lm_head.weight", exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}""", 8, "not valid JSON")]
    [InlineData("""[1]""", 0, "not a JSON object")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"a":{"dtype":"F32","shape":[2],"data_offsets":[8,16]}}""", 16, "Duplicate property 'a'")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}""", 4, "'a': data_offsets 0..8 are not within the file's 4 bytes")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[8,0]}}""", 8, "'a': data_offsets 8..0")]
    [InlineData("""{"a":{"dtype":"F32","shape":[3],"data_offsets":[0,8]}}""", 8, "'a': F32 [3] takes 12, data_offsets 0..8 hold 8")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,9]}}""", 9, "'a': F32 [2] takes 8")]
    [InlineData("""{"a":{"dtype":"F32","shape":[4611686018427387904,4],"data_offsets":[0,8]}}""", 8, "'a': F32 [4611686018427387904, 4] takes more bytes")]
    [InlineData("""{"a":{"dtype":"F32","shape":[9223372036854775807,9223372036854775807,0],"data_offsets":[0,8]}}""", 8, "takes 0")]
    [InlineData("""{"a":{"dtype":"F32","shape":[-2],"data_offsets":[0,8]}}""", 8, "'a': needs a dtype")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[-8,0]}}""", 8, "'a': needs a dtype")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,18446744073709551615]}}""", 8, "'a': needs a dtype")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1.5],"data_offsets":[0,8]}}""", 8, "'a': needs a dtype")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2]}}""", 8, "'a': needs a dtype")]
    [InlineData("""{"\ud800":7}""", 0, "not valid JSON")]
    [InlineData("""{"a":7}""", 0, "'a': needs a dtype")]
    [InlineData("""{"a":{"dtype":"F8_E4M3","shape":[8],"data_offsets":[0,8]}}""", 8, "'a': dtype 'F8_E4M3' is not supported")]
    [InlineData("""{"a":{"dtype":"U8","shape":[6],"data_offsets":[0,6]},"b":{"dtype":"U8","shape":[4],"data_offsets":[4,8]}}""", 8, "'b': starts at byte")]
    [InlineData("""{"a":{"dtype":"U8","shape":[2],"data_offsets":[2,4]}}""", 4, "'a': 2 bytes before it")]
    [InlineData("""{"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]}}""", 4, "the last 2 bytes of the file")]
    [InlineData("""{"__metadata__":{"format":1}}""", 0, "__metadata__")]
    public void Open_MalformedHeader_SaysWhat(string header, int dataLength, string expected)
    {
        var path = Write(header, new byte[dataLength]);

        var exception = Assert.Throws<WeightsException>(() => new SafetensorsFile(path));

        Assert.Contains(path, exception.Message, StringComparison.Ordinal);
        Assert.Contains(expected, exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Open_SeveralFaults_ListsEach()
    {
        var path = Write(
            """{"a":{"dtype":"F32","shape":[3],"data_offsets":[0,8]},"b":7,"c":{"dtype":"Q4","shape":[],"data_offsets":[0,0]}}""", new byte[8]);

        Assert.Equal(3, Assert.Throws<WeightsException>(() => new SafetensorsFile(path)).Faults.Count);
    }

    [Theory]
    [InlineData(new byte[] { }, "empty")]
    [InlineData(new byte[] { 1, 2, 3 }, "3 bytes are too few")]
    [InlineData(new byte[] { 3, 0, 0, 0, 0, 0, 0, 0, 0x7b, 0x7d }, "claims 3 bytes; 2 are left in the file")]
    [InlineData(new byte[] { 255, 255, 255, 255, 255, 255, 255, 255, 0x7b, 0x7d }, "claims 18446744073709551615 bytes")]
    [InlineData(new byte[] { 0, 0, 0, 0, 0, 0, 0, 0 }, "not valid JSON")]
    public void Open_BytesThatAreNoFile_SaysWhat(byte[] bytes, string expected) =>
        Assert.Contains(
            expected,
            Assert.Throws<WeightsException>(() => new SafetensorsFile(_folder.Write("x.safetensors", bytes))).Message,
            StringComparison.Ordinal);

    [Fact]
    public void Open_AbsentFile_NamesIt() =>
        Assert.Contains(
            _folder.At("absent"), Assert.Throws<WeightsException>(() => new SafetensorsFile(_folder.At("absent"))).Message, StringComparison.Ordinal);

    [Fact]
    public void Open_HeaderDeeperThanTheFormat_IsRefused() =>
        Assert.Throws<WeightsException>(() => new SafetensorsFile(Write($$"""{"a":{{new string('[', 100_000)}}""", [])));

    [Fact]
    public void Open_NameOfControlCharacters_IsNotEchoed()
    {
        var exception = Assert.Throws<WeightsException>(() => new SafetensorsFile(Write("""{"\u001b[2J\n":7}""", [])));

        Assert.DoesNotContain('\u001b', exception.Message);
        Assert.Contains("'?[2J?'", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Open_AnyByteOfAValidFileChanged_ThrowsNothingButWeightsException()
    {
        var valid = File.ReadAllBytes(Write(
            """{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"b":{"dtype":"BOOL","shape":[1],"data_offsets":[8,9]}}""",
            new byte[9]));

        Gen.Select(Gen.Int[0, valid.Length - 1], Gen.Byte, Gen.Int[0, valid.Length]).Sample(
            (at, value, length) =>
            {
                var bytes = valid.ToArray();
                bytes[at] = value;
                var path = _folder.Write($"{Guid.NewGuid():n}", bytes[..length]);
                try
                {
                    using var file = new SafetensorsFile(path);
                    Assert.All(file.Tensors, tensor => Assert.Equal(
                        tensor.Value.Shape.Aggregate(1L, (product, size) => product * size) * file.Read(tensor.Key).element_size(),
                        file.Bytes(tensor.Key).Length));
                }
                catch (WeightsException)
                {
                    // Refused, which is what most changes deserve.
                }
                File.Delete(path);
            },
            iter: 2000,
            threads: 1);
    }

    private string Write(string header, byte[] data)
    {
        var json = Encoding.UTF8.GetBytes(header);
        var prefix = new byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(prefix, json.Length);
        return _folder.Write("model.safetensors", [.. prefix, .. json, .. data]);
    }
}
