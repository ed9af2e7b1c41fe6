using GPT4RoI.Training.Modules;
using static TorchSharp.torch;

namespace GPT4RoI.Training.Tests.Modules;

public sealed class PatchRefinementTests
{
    private const string Kernels = "vision_model.embeddings.patch_embedding.weight", Positions = "vision_model.embeddings.position_embedding.weight";
    private const int Side = 8, Finer = 4, Width = 16;

    [Fact]
    public void Apply_Patch_MeansWhatItsEnlargedPictureMeantBefore()
    {
        using var scope = NewDisposeScope();
        using var parameters = Refined(out var old, out _);
        var random = new Random(3);
        var patch = Enumerable.Range(0, 3).Select(_ => Enumerable.Range(0, Finer * Finer).Select(_ => random.NextSingle() - 0.5f).ToArray()).ToArray();

        var before = Product(old, [.. patch.Select(Enlarge)]);
        var after = Product(parameters[Kernels], patch);

        Assert.Equal([Width, 3, Finer, Finer], parameters[Kernels].shape);
        Assert.Equal(before.Length, after.Length);
        Assert.All(before.Zip(after), pair => Assert.Equal(pair.First, pair.Second, 1e-5));
        Assert.True(after.Max() - after.Min() > 0.05);
    }

    [Fact]
    public void Apply_Positions_LieBetweenThoseOfTheLargePatches()
    {
        using var scope = NewDisposeScope();
        using var parameters = Refined(out _, out var old);

        var finer = parameters[Positions];

        Assert.Equal([1 + 64, Width], finer.shape);
        TensorAssert.Close(old[0], finer[0], 0, "the class token");
        TensorAssert.Close(old[1], finer[1], 1e-6, "a corner");
        // A small patch's centre is a quarter of a large patch away from the nearest large one's, on each axis.
        var (above, below) = ((old[1] * 0.25) + (old[2] * 0.75), (old[5] * 0.25) + (old[6] * 0.75));
        TensorAssert.Close(above, finer[1 + 2], 1e-6, "at the upper edge");
        TensorAssert.Close((above * 0.75) + (below * 0.25), finer[1 + 8 + 2], 1e-6, "between four");
    }

    private static ParameterSet Refined(out Tensor kernels, out Tensor positions)
    {
        var parameters = ParameterSet.Create(ModelCatalog.Specs(SmallModel.Config), seed: 1, CPU);
        (kernels, positions) = (parameters[Kernels].clone(), parameters[Positions].clone());
        PatchRefinement.Apply(parameters, SmallModel.Config, SmallModel.Config with { Vision = SmallModel.Config.Vision with { PatchSize = Finer } });
        return parameters;
    }

    // Bilinear, pixel by pixel: each pixel of the large picture lies a quarter of a small pixel beside a small pixel's centre.
    private static float[] Enlarge(float[] patch) => [.. Enumerable.Range(0, Side * Side).Select(at => Sample(patch, ((at % Side) - 0.5f) / 2, ((at / Side) - 0.5f) / 2))];

    private static float Sample(float[] patch, float x, float y)
    {
        var (left, top) = ((int)MathF.Floor(x), (int)MathF.Floor(y));
        return (At(left, top) * (left + 1 - x) * (top + 1 - y)) + (At(left + 1, top) * (x - left) * (top + 1 - y))
            + (At(left, top + 1) * (left + 1 - x) * (y - top)) + (At(left + 1, top + 1) * (x - left) * (y - top));

        float At(int column, int row) => patch[(Math.Clamp(row, 0, Finer - 1) * Finer) + Math.Clamp(column, 0, Finer - 1)];
    }

    private static float[] Product(Tensor kernels, float[][] patch)
    {
        var values = patch.SelectMany(plane => plane).ToArray();
        return [.. kernels.flatten(1).data<float>().ToArray().Chunk(values.Length).Select(kernel => kernel.Zip(values, (a, b) => a * b).Sum())];
    }
}
