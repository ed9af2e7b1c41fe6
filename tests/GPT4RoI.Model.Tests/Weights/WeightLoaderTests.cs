using System.Runtime.InteropServices;
using GPT4RoI.Model.Weights;
using static TorchSharp.torch;

namespace GPT4RoI.Model.Tests.Weights;

public sealed class WeightLoaderTests
{
    private sealed class FakeSource(params (string Name, Tensor Tensor)[] tensors) : IWeightSource
    {
        public IReadOnlyDictionary<string, TensorInfo> Tensors { get; } =
            tensors.ToDictionary(pair => pair.Name, pair => new TensorInfo(pair.Tensor.dtype, pair.Tensor.shape));

        public Tensor Read(string name) => name.EndsWith("unreadable", StringComparison.Ordinal)
            ? throw new WeightsException($"{name}: broken")
            : Array.Find(tensors, pair => pair.Name == name).Tensor.alias();

        public void Dispose() => Array.ForEach(tensors, pair => pair.Tensor.Dispose());
    }

    [Fact]
    public void Require_StoredAsPlaced_AliasesTheSource()
    {
        using var stored = arange(6, float32).reshape(2, 3);
        using var source = new FakeSource(("model.norm.weight", stored));
        var loader = new WeightLoader(source, ModelPlacement.Cpu, "model");

        using var weight = loader.Scope("norm").Require("weight", 2, 3);
        stored.fill_(7);

        Assert.Equal(7, weight[1, 2].item<float>());
    }

    [Fact]
    public void Require_FromAFileOfFloat32_AliasesTheMappingBeyondTheScope()
    {
        using var file = new SafetensorsFile(Golden.File("tiny", "model.safetensors"));
        var loader = new WeightLoader(file, ModelPlacement.Cpu, "model");
        Tensor weight;
        using (NewDisposeScope())
        {
            weight = loader.Require("norm.weight", [.. loader.Find("norm.weight")!.Shape]);
        }

        using var mapped = file.Read("model.norm.weight");

        Assert.True(weight.bytes.Overlaps(mapped.bytes));
        weight.Dispose();
    }

    [Fact]
    public void Require_OtherDtype_IsConverted()
    {
        using var source = new FakeSource(("weight", tensor(new[] { 0.5f, -2f }).to(float16)));
        var loader = new WeightLoader(source, ModelPlacement.Cpu);

        using var weight = loader.Require("weight", 2);

        Assert.Equal(float32, weight.dtype);
        Assert.Equal([0.5f, -2f], MemoryMarshal.Cast<byte, float>(weight.bytes).ToArray());
        loader.Complete();
    }

    [Fact]
    public void Require_Transposed_IsContiguous()
    {
        using var source = new FakeSource(("weight", arange(6, float32).reshape(2, 3).t()));

        using var weight = new WeightLoader(source, ModelPlacement.Cpu).Require("weight", 3, 2);

        Assert.True(weight.is_contiguous());
        Assert.Equal([0f, 3, 1, 4, 2, 5], MemoryMarshal.Cast<byte, float>(weight.bytes).ToArray());
    }

    [Fact]
    public void Require_InsideADisposeScope_OutlivesIt()
    {
        using var source = new FakeSource(("half", ones(2, float16)), ("single", ones(2)));
        var loader = new WeightLoader(source, ModelPlacement.Cpu);
        Tensor half, single, missing;

        using (NewDisposeScope())
        {
            (half, single, missing) = (loader.Require("half", 2), loader.Require("single", 2), loader.Require("missing", 2));
        }

        Assert.Equal([false, false, false], new[] { half, single, missing }.Select(tensor => tensor.IsInvalid));
        half.Dispose();
        single.Dispose();
        missing.Dispose();
    }

    [Fact]
    public void Complete_EveryKindOfFault_ListsAll()
    {
        using var source = new FakeSource(
            ("model.narrow", ones(2, 3)), ("model.unreadable", ones(1)), ("model.inv_freq", ones(1)), ("model.left", ones(4)),
            ("other.left", ones(4)));
        var loader = new WeightLoader(source, ModelPlacement.Cpu, "model");

        using var narrow = loader.Require("narrow", 3, 2);
        using var absent = loader.Scope("layers.0").Require("weight", 1 << 20, 1 << 20);
        using var unreadable = loader.Require("unreadable", 1);

        Assert.Equal([1 << 20, 1 << 20], absent.shape);
        Assert.Equal(3, Assert.Throws<WeightsException>(loader.ThrowIfFaulty).Faults.Count);
        var exception = Assert.Throws<WeightsException>(() => loader.Complete("*inv_freq"));
        Assert.Equal(
            [
                "'model.narrow': has shape [2, 3], expected as [3, 2]",
                "'model.layers.0.weight': missing, expected as [1048576, 1048576]",
                "model.unreadable: broken",
                "'model.left': extra, Float32 [4], unknown to the model",
            ],
            exception.Faults);
        Assert.All(exception.Faults, fault => Assert.Contains(fault, exception.Message, StringComparison.Ordinal));
    }

    [Fact]
    public void Find_AbsentTensor_IsNoFault()
    {
        using var source = new FakeSource(("a.weight", ones(3)));
        var loader = new WeightLoader(source, ModelPlacement.Cpu).Scope("a");

        Assert.Null(loader.Find("bias"));
        Assert.Equal([3L], loader.Find("weight")!.Shape);
        loader.ThrowIfFaulty();
    }
}
