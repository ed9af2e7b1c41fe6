using CsCheck;
using GPT4RoI.Model.Layers;
using static TorchSharp.torch;

namespace GPT4RoI.Model.Tests.Layers;

public sealed class SmallBatchProductTests
{
    [Fact]
    public void Compute_AnySizes_IsTheProductInDoublePrecision() =>
        Gen.Select(Gen.Int[1, 32], Gen.Int[1, 300], Gen.Int[1, 70], Gen.Int[0, 1000]).Sample((rows, inputs, outputs, seed) =>
        {
            using var scope = NewDisposeScope();
            var random = new Random(seed);
            var x = Uniform(random, rows, inputs);
            var w = Uniform(random, outputs, inputs);

            var product = SmallBatchProduct.Compute(x, w);

            var expected = x.to(ScalarType.Float64).mm(w.to(ScalarType.Float64).t());
            Assert.Equal([rows, outputs], product.shape);
            Assert.True((product.to(ScalarType.Float64) - expected).abs().max().item<double>() < 1e-4);
        }, iter: 300, threads: 1);

    [Fact]
    public void Compute_LargeEnoughForThreads_IsTheProduct()
    {
        using var scope = NewDisposeScope();
        var random = new Random(1);
        var (x, w) = (Uniform(random, 7, 1024), Uniform(random, 1021, 1024));

        var product = SmallBatchProduct.Compute(x, w);

        var expected = x.to(ScalarType.Float64).mm(w.to(ScalarType.Float64).t());
        Assert.True((product.to(ScalarType.Float64) - expected).abs().max().item<double>() < 1e-3);
    }

    [Theory]
    [InlineData(1, 64, true)]
    [InlineData(32, 64, true)]
    [InlineData(33, 64, false)]
    [InlineData(4, 20000, false)]
    public void Suits_RowsAndWidth_AreBounded(int rows, int inputs, bool expected)
    {
        using var scope = NewDisposeScope();

        Assert.Equal(expected, SmallBatchProduct.Suits(zeros(rows, inputs), zeros(3, inputs)));
        Assert.False(SmallBatchProduct.Suits(zeros(rows, inputs, ScalarType.BFloat16), zeros(3, inputs, ScalarType.BFloat16)));
    }

    private static Tensor Uniform(Random random, int rows, int columns) =>
        tensor([.. Enumerable.Range(0, rows * columns).Select(_ => random.NextSingle() * 2 - 1)], [rows, columns], ScalarType.Float32);
}
