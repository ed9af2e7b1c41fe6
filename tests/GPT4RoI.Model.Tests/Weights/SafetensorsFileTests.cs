using System.Runtime.InteropServices;
using GPT4RoI.Model.Weights;
using static TorchSharp.torch;

namespace GPT4RoI.Model.Tests.Weights;

public sealed class SafetensorsFileTests
{
    [Fact]
    public void Read_GoldenCheckpoint_BytesAreThoseOfTheFile()
    {
        var path = Golden.File("tiny", "model.safetensors");
        using var file = new SafetensorsFile(path);

        using var norm = file.Read("model.norm.weight");

        Assert.Equal("pt", file.Metadata["format"]);
        Assert.Equal(file.Tensors["model.norm.weight"].Shape, norm.shape);
        Assert.Equal(ScalarType.Float32, norm.dtype);
        Assert.NotEqual(-1, File.ReadAllBytes(path).AsSpan().IndexOf(norm.bytes));
        Assert.All(MemoryMarshal.Cast<byte, float>(norm.bytes).ToArray(), value => Assert.True(float.IsFinite(value)));
    }
}
