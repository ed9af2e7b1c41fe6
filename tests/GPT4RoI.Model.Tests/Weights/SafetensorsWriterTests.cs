using System.Buffers.Binary;
using System.Text;
using System.Text.Json;
using CsCheck;
using GPT4RoI.Model.Weights;
using static TorchSharp.torch;

namespace GPT4RoI.Model.Tests.Weights;

public sealed class SafetensorsWriterTests : IDisposable
{
    private static readonly ScalarType[] Storable =
    [
        ScalarType.Float64, ScalarType.Float32, ScalarType.Float16, ScalarType.BFloat16, ScalarType.Int64, ScalarType.Int32, ScalarType.Int16,
        ScalarType.Int8, ScalarType.Byte, ScalarType.Bool,
    ];

    private readonly TempFolder _folder = new();

    private static readonly KeyValuePair<string, TensorInfo> A = new("a", new(ScalarType.Float32, [2]));

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Write_TwoTensors_GivesTheFormatsBytes()
    {
        var path = _folder.At("x.safetensors");
        using (var writer = new SafetensorsWriter(path, [A, new("b", new(ScalarType.Byte, [1, 1]))]))
        {
            writer.Write("a", tensor(new[] { 1f, -2f }));
            writer.Write("b", full([1, 1], 9, ScalarType.Byte));
            writer.Complete();
        }

        var bytes = File.ReadAllBytes(path);
        var length = (int)BinaryPrimitives.ReadInt64LittleEndian(bytes);
        Assert.Equal(0, length % 8);
        using var json = JsonDocument.Parse(bytes.AsMemory(8, length));
        using var expected = JsonDocument.Parse(
            """{"__metadata__":{"format":"pt"},"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"b":{"dtype":"U8","shape":[1,1],"data_offsets":[8,9]}}""");
        Assert.True(JsonElement.DeepEquals(expected.RootElement, json.RootElement), Encoding.UTF8.GetString(bytes, 8, length));
        Assert.Equal([0, 0, 0x80, 0x3f, 0, 0, 0, 0xc0, 9], bytes[(8 + length)..]);
    }

    [Fact]
    public void Write_AnyTensors_AreReadBack()
    {
        var tensorGen = Gen.Select(Gen.Int[0, Storable.Length - 1], Gen.Long[0, 5].Array[0, 4], Gen.Bool);
        Gen.Select(Gen.String.Array[0, 6], tensorGen.Array[6]).Sample(
            (names, specifications) =>
            {
                using var scope = NewDisposeScope();
                var tensors = names.Where(name => name != "__metadata__").Select(WellFormed).Distinct()
                    .Zip(specifications, (name, of) => KeyValuePair.Create(name, Make(Storable[of.Item1], of.Item2, of.Item3))).ToArray();
                var path = _folder.At($"{Guid.NewGuid():n}");

                var infos = Array.ConvertAll(tensors, pair => KeyValuePair.Create(pair.Key, new TensorInfo(pair.Value.dtype, pair.Value.shape)));
                using (var writer = new SafetensorsWriter(path, infos))
                {
                    Array.ForEach(tensors, pair => writer.Write(pair.Key, pair.Value));
                    writer.Complete();
                }

                using var file = new SafetensorsFile(path);
                Assert.Equal(tensors.Select(pair => pair.Key), file.Tensors.Keys);
                foreach (var (name, tensor) in tensors)
                {
                    Assert.Equal(tensor.dtype, file.Tensors[name].Dtype);
                    Assert.Equal(tensor.shape, file.Tensors[name].Shape);
                    Assert.Equal(tensor.RowMajorBytes(), file.Bytes(name));
                }
                File.Delete(path);
            },
            iter: 200,
            threads: 1);
    }

    [Fact]
    public void Write_OutOfOrderOrOtherwiseThanAnnounced_IsRefused()
    {
        using var writer = new SafetensorsWriter(_folder.At("x"), [A]);

        Assert.Throws<ArgumentException>(() => writer.Write("b", zeros(2)));
        Assert.Throws<ArgumentException>(() => writer.Write("a", zeros(3)));
        Assert.Throws<ArgumentException>(() => writer.Write("a", zeros(2, ScalarType.Float16)));
        writer.Write("a", zeros(2));
        Assert.Throws<ArgumentException>(() => writer.Write("a", zeros(2)));
    }

    [Fact]
    public void Dispose_BeforeComplete_DeletesTheFile()
    {
        using (var writer = new SafetensorsWriter(_folder.At("x"), [A]))
        {
            Assert.Throws<InvalidOperationException>(writer.Complete);
            Assert.True(File.Exists(_folder.At("x")));
        }

        Assert.False(File.Exists(_folder.At("x")));
    }

    [Fact]
    public void Open_ExistingFile_IsRefusedAndKept()
    {
        _folder.Write("x", "precious");

        Assert.Throws<IOException>(() => new SafetensorsWriter(_folder.At("x"), [A]));

        Assert.Equal("precious", File.ReadAllText(_folder.At("x")));
    }

    [Theory]
    [InlineData("a")]
    [InlineData("__metadata__")]
    public void Open_NameTaken_IsRefused(string name) =>
        Assert.Throws<ArgumentException>(() => new SafetensorsWriter(_folder.At("x"), [A, new(name, A.Value)]));

    private static Tensor Make(ScalarType dtype, long[] shape, bool transposed)
    {
        var tensor = randint(0, 2, shape, ScalarType.Float32).to(dtype);
        return transposed && shape.Length >= 2 ? tensor.transpose(0, 1) : tensor;
    }

    /// <summary>Lone surrogates have no UTF-8 and so no place in a header.</summary>
    private static string WellFormed(string text) => Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text));
}
