using GPT4RoI.Model.Weights;
using static TorchSharp.torch;

namespace GPT4RoI.Model.Tests.Weights;

public sealed class DeltaWeightsTests : IDisposable
{
    private static readonly string Base = Golden.File("delta", "base");
    private static readonly string Delta = Golden.File("delta", "delta");
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(DeltaWeights.DefaultShardBytes)]
    [InlineData(60_000)]
    [InlineData(1)]
    public void Apply_GoldenDelta_IsBitExact(long shardBytes)
    {
        DeltaWeights.Apply(Base, Delta, _folder.At("out"), shardBytes, progress: null, TestContext.Current.CancellationToken);

        using var expected = new SafetensorsFile(Golden.File("delta", "target_expected.safetensors"));
        using var result = WeightFiles.Open(_folder.At("out"));
        var names = expected.Tensors.Keys.Where(name => !name.EndsWith("inv_freq", StringComparison.Ordinal)).Order().ToArray();
        Assert.Equal(names, result.Tensors.Keys.Order());
        foreach (var name in names)
        {
            Assert.Equal(ScalarType.Float16, result.Tensors[name].Dtype);
            Assert.Equal(expected.Tensors[name].Shape, result.Tensors[name].Shape);
            Assert.Equal(expected.Bytes(name), result.Bytes(name));
        }
    }

    [Theory]
    [InlineData(60_000)]
    [InlineData(1)]
    public void Apply_SmallShards_NoFileExceedsTheLimitUnlessOneTensorDoes(long shardBytes)
    {
        DeltaWeights.Apply(Base, Delta, _folder.At("out"), shardBytes, progress: null, TestContext.Current.CancellationToken);

        var files = Directory.GetFiles(_folder.At("out"), "model-*.safetensors");
        Assert.Equal(
            Enumerable.Range(1, files.Length).Select(shard => $"model-{shard:00000}-of-{files.Length:00000}.safetensors"),
            files.Select(Path.GetFileName).Order(StringComparer.Ordinal));
        Assert.All(files, path =>
        {
            using var file = new SafetensorsFile(path);
            Assert.True(file.Tensors.Count == 1 || file.Tensors.Keys.Sum(name => (long)file.Bytes(name).Length) <= shardBytes);
        });
    }

    [Fact]
    public void Apply_GoldenDelta_TakesConfigAndTokenizerFromTheDelta()
    {
        // An empty folder may be there already.
        Directory.CreateDirectory(_folder.At("out"));

        DeltaWeights.Apply(Base, Delta, _folder.At("out") + "/", progress: null, TestContext.Current.CancellationToken);

        Assert.Equal(
            [
                "added_tokens.json", "config.json", "generation_config.json", "model.safetensors", "special_tokens_map.json", "tokenizer.model",
                "tokenizer_config.json",
            ],
            Directory.GetFiles(_folder.At("out")).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        Assert.Equal(File.ReadAllBytes(Path.Combine(Delta, "config.json")), File.ReadAllBytes(_folder.At("out", "config.json")));
        Assert.Equal(["out"], Directory.GetDirectories(_folder.Root).Select(Path.GetFileName));
    }

    [Fact]
    public void Apply_Progress_CountsToTheEnd()
    {
        var reports = new Reports();

        DeltaWeights.Apply(Base, Delta, _folder.At("out"), reports, TestContext.Current.CancellationToken);

        Assert.Equal(Enumerable.Range(1, reports.All[0].TotalTensors), reports.All.Select(report => report.Tensors));
        Assert.Equal(reports.All[^1].TotalBytes, reports.All[^1].Bytes);
        using var result = new SafetensorsFile(_folder.At("out", "model.safetensors"));
        Assert.Equal(result.Tensors.Keys.Sum(name => (long)result.Bytes(name).Length), reports.All[^1].Bytes);
    }

    [Fact]
    public void Apply_CancelledHalfway_LeavesNothing()
    {
        using var source = new CancellationTokenSource();
        var reports = new Reports { OnReport = report => { if (report.Tensors == 5) { source.Cancel(); } } };

        Assert.Throws<OperationCanceledException>(() => DeltaWeights.Apply(Base, Delta, _folder.At("out"), reports, source.Token));

        Assert.Equal(5, reports.All.Count);
        Assert.Empty(Directory.GetFileSystemEntries(_folder.Root));
    }

    [Fact]
    public void Apply_FolderWithFiles_IsRefusedAndKept()
    {
        Directory.CreateDirectory(_folder.At("out"));
        _folder.Write("out/precious", "kept");

        Assert.Throws<WeightsException>(
            () => DeltaWeights.Apply(Base, Delta, _folder.At("out"), progress: null, TestContext.Current.CancellationToken));

        Assert.Equal("kept", File.ReadAllText(_folder.At("out", "precious")));
        Assert.Single(Directory.GetFileSystemEntries(_folder.Root));
    }

    [Fact]
    public void Apply_TensorsThatDoNotFit_ListsAllAndLeavesNothing()
    {
        Write("base", ("same", [2, 2]), ("narrow", [2, 2]), ("lm_head.weight", [3, 2]), ("only.base", [1]), ("a.rotary_emb.inv_freq", [1]));
        Write("delta", ("same", [2, 2]), ("narrow", [3, 2]), ("lm_head.weight", [2, 2]), ("only.delta", [1]), ("model.spi_module.x", [1]));

        var exception = Assert.Throws<WeightsException>(
            () => DeltaWeights.Apply(_folder.At("base"), _folder.At("delta"), _folder.At("out"), progress: null, TestContext.Current.CancellationToken));

        Assert.Equal(
            [
                "'narrow': has shape [3, 2] in the delta, [2, 2] in the base",
                "'lm_head.weight': has shape [2, 2] in the delta, [3, 2] in the base",
                "'only.delta': in the delta, not in the base, and neither of mm_projector nor of spi_module",
                "'only.base': in the base, not in the delta",
            ],
            exception.Faults);
        Assert.Equal(["base", "delta"], Directory.GetFileSystemEntries(_folder.Root).Select(Path.GetFileName).Order());
    }

    [Fact]
    public void Apply_Float32Weights_AreRoundedToFloat16BeforeTheSum()
    {
        // 2049 is no float16 and becomes 2048. The sum 2048.75 is rounded to 2048; that of unrounded operands, 2049.75, would be 2050.
        Write("base", ("w", [1]));
        Write("delta", ("w", [1]));
        Overwrite("base", 2049);
        Overwrite("delta", 0.75f);

        DeltaWeights.Apply(_folder.At("base"), _folder.At("delta"), _folder.At("out"), progress: null, TestContext.Current.CancellationToken);

        using var result = WeightFiles.Open(_folder.At("out"));
        Assert.Equal(BitConverter.GetBytes((Half)2048), result.Bytes("w"));

        void Overwrite(string folder, float value)
        {
            File.Delete(_folder.At(folder, "model.safetensors"));
            using var writer = new SafetensorsWriter(_folder.At(folder, "model.safetensors"), [new("w", new(ScalarType.Float32, [1]))]);
            writer.Write("w", tensor(new[] { value }));
            writer.Complete();
        }
    }

    private void Write(string folder, params (string Name, long[] Shape)[] tensors)
    {
        Directory.CreateDirectory(_folder.At(folder));
        var infos = Array.ConvertAll(tensors, of => KeyValuePair.Create(of.Name, new TensorInfo(ScalarType.Float32, of.Shape)));
        using var writer = new SafetensorsWriter(_folder.At(folder, "model.safetensors"), infos);
        Array.ForEach(tensors, of => writer.Write(of.Name, zeros(of.Shape)));
        writer.Complete();
    }

    /// <summary>Reports in the caller's turn, where <see cref="Progress{T}"/> would post them.</summary>
    private sealed class Reports : IProgress<DeltaProgress>
    {
        public List<DeltaProgress> All { get; } = [];

        public Action<DeltaProgress>? OnReport { get; init; }

        public void Report(DeltaProgress value)
        {
            All.Add(value);
            OnReport?.Invoke(value);
        }
    }
}
