using System.Text.Json;
using GPT4RoI.Model.Tests.Weights.PyTorch;
using GPT4RoI.Model.Weights;
using static TorchSharp.torch;

namespace GPT4RoI.Model.Tests.Weights;

public sealed class WeightFilesTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Open_SeveralFormats_PrefersSafetensorsThenOneFile()
    {
        WriteTorch("shard.bin", 4);
        WriteIndex("pytorch_model.bin.index.json", ("t", "shard.bin"));
        Assert.Equal([4f], Open());
        WriteTorch("pytorch_model.bin", 3);
        Assert.Equal([3f], Open());
        WriteSafetensors("shard.safetensors", ("t", 2));
        WriteIndex("model.safetensors.index.json", ("t", "shard.safetensors"));
        Assert.Equal([2f], Open());
        WriteSafetensors("model.safetensors", ("t", 1));
        Assert.Equal([1f], Open());

        float[] Open()
        {
            using var source = WeightFiles.Open(_folder.Root);
            return source.Floats("t");
        }
    }

    [Fact]
    public void Open_GoldenShards_ReadsEachTensorFromItsShard()
    {
        using var index = JsonDocument.Parse(File.ReadAllBytes(Golden.File("delta", "delta", "pytorch_model.bin.index.json")));
        var map = index.RootElement.GetProperty("weight_map").EnumerateObject().Select(pair => pair.Name).ToArray();

        using var source = WeightFiles.Open(Golden.File("delta", "delta"));

        Assert.Equal(map, source.Tensors.Keys);
        Assert.All(map, name => Assert.NotEmpty(source.Bytes(name)));
        Assert.Throws<WeightsException>(() => source.Read("absent"));
    }

    [Fact]
    public void Open_IndexOfAnotherName_IsFound()
    {
        WriteSafetensors("shard.safetensors", ("t", 2));
        WriteIndex("clip.safetensors.index.json", ("t", "shard.safetensors"));
        using (var source = WeightFiles.Open(_folder.Root))
        {
            Assert.Equal([2f], source.Floats("t"));
        }

        WriteIndex("other.safetensors.index.json", ("t", "shard.safetensors"));
        Assert.Contains("clip.safetensors.index.json, other.safetensors.index.json", Refusal().Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Open_IncompleteShards_ListsEveryFault()
    {
        WriteSafetensors("1.safetensors", ("a", 1));
        _folder.Write("3.safetensors", "not a safetensors file");
        WriteIndex(
            "model.safetensors.index.json",
            ("a", "1.safetensors"), ("b", "1.safetensors"), ("c", "2.safetensors"), ("d", "2.safetensors"), ("e", "3.safetensors"));

        var faults = Refusal().Faults;

        Assert.Equal(3, faults.Count);
        Assert.Contains("2.safetensors: missing, with 2 tensors", faults);
        Assert.Contains("'b': not in 1.safetensors, where the index says", faults);
        Assert.Contains(faults, fault => fault.Contains("3.safetensors: the header claims", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("../outside.safetensors")]
    [InlineData("/etc/passwd")]
    [InlineData("sub/inside.safetensors")]
    [InlineData("..\\outside.safetensors")]
    [InlineData("..")]
    [InlineData(".")]
    [InlineData("")]
    [InlineData("a\0b")]
    public void Open_ShardOutsideTheFolder_IsRefusedUnopened(string shard)
    {
        WriteIndex("model.safetensors.index.json", ("t", shard));

        Assert.Contains("not the name of a file beside the index", Refusal().Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""{"weight_map":[]}""")]
    [InlineData("""{"weight_map":{"a":1}}""")]
    [InlineData("""{"weight_map":{"a":"x","a":"y"}}""")]
    [InlineData("""{"weight_map":{"\ud800":"x"}}""")]
    public void Open_MalformedIndex_NamesIt(string json)
    {
        _folder.Write("model.safetensors.index.json", json);

        Assert.Contains("model.safetensors.index.json: ", Refusal().Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Open_NoWeights_SaysWhichFilesItLooksFor()
    {
        Assert.Contains("model.safetensors, model.safetensors.index.json, pytorch_model.bin", Refusal().Message, StringComparison.Ordinal);
        Assert.Contains(
            "no such folder", Assert.Throws<WeightsException>(() => WeightFiles.Open(_folder.At("absent"))).Message, StringComparison.Ordinal);
    }

    private WeightsException Refusal() => Assert.Throws<WeightsException>(() => WeightFiles.Open(_folder.Root));

    private void WriteIndex(string name, params (string Tensor, string File)[] map) => _folder.Write(
        name, JsonSerializer.Serialize(new { weight_map = map.ToDictionary(pair => pair.Tensor, pair => pair.File) }));

    private void WriteSafetensors(string name, params (string Name, float Value)[] tensors)
    {
        using var writer = new SafetensorsWriter(
            _folder.At(name), Array.ConvertAll(tensors, pair => KeyValuePair.Create(pair.Name, new TensorInfo(ScalarType.Float32, [1]))));
        Array.ForEach(tensors, pair => writer.Write(pair.Name, tensor(new[] { pair.Value })));
        writer.Complete();
    }

    private void WriteTorch(string name, float value) => _folder.Write(name, new ZipBytes()
        .Add("x/data.pkl", PickleBytes.Entry(pickle => pickle.Tensor("0", "FloatStorage", 1, 0, [1], [1])))
        .Add("x/data/0", BitConverter.GetBytes(value)).ToArray());
}
