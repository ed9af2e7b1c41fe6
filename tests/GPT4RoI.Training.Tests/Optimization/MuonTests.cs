using GPT4RoI.Training.Configuration;
using GPT4RoI.Training.Modules;
using GPT4RoI.Training.Optimization;
using static TorchSharp.torch;

namespace GPT4RoI.Training.Tests.Optimization;

public sealed class MuonTests
{
    private const double LearningRate = 0.01;

    [Theory]
    [InlineData(6L, 6L)]
    [InlineData(4L, 9L)]
    [InlineData(12L, 5L)]
    [InlineData(8L, 3L, 2L, 2L)]
    public void Step_FirstUpdate_MovesAlongTheGradientsSingularVectorsAsTheAuthorsPolynomialSays(params long[] shape)
    {
        using var scope = NewDisposeScope();
        ParameterSpec spec = new("matrix", shape, ParameterGroup.Language, Initial.Zero);
        using var parameters = ParameterSet.Create([spec], seed: 1, CPU);
        using var optimizer = new Optimizer([new(parameters, [spec], 1, 0, 0, muon: true)], 0.9, 0.99);
        using var generator = new Generator(3);
        var gradient = randn(shape, generator: generator);
        (parameters["matrix"] * gradient).sum().backward();

        optimizer.Step(LearningRate, 1);

        var (rows, columns) = (shape[0], gradient.numel() / shape[0]);
        var (left, singular, right) = linalg.svd(gradient.view(rows, columns), fullMatrices: false);
        var along = left.t().mm(parameters["matrix"].detach().view(rows, columns)).mm(right.t()); // in the gradient's singular vectors
        var moved = -along.diagonal() / (LearningRate * 0.2 * Math.Sqrt(Math.Max(rows, columns)));
        var length = singular.norm().item<float>();
        var expected = singular.data<float>().Select(value => Enumerable.Repeat(0, 5).Aggregate((double)(value / length), (x, _) => Polynomial(x)));
        TensorAssert.Close(tensor([.. expected.Select(value => (float)value)]), moved, 2e-4);
        Assert.InRange(moved.median().item<float>(), 0.65f, 1.2f); // most directions move about equally far
        TensorAssert.Close(zeros_like(along), along - diag(along.diagonal()), 1e-6, "what moves aside");
    }

    [Fact]
    public void Step_JoinedMatrices_MoveAsIfEachWereAlone()
    {
        using var scope = NewDisposeScope();
        ParameterSpec joined = new("joined", [7, 5], ParameterGroup.Language, Initial.Zero) { Parts = [("first", 4), ("second", 3)] };
        ParameterSpec first = new("first", [4, 5], ParameterGroup.Language, Initial.Zero), second = new("second", [3, 5], ParameterGroup.Language, Initial.Zero);
        using var generator = new Generator(4);
        var gradients = Enumerable.Range(0, 3).Select(_ => randn([7, 5], generator: generator)).ToArray();

        var whole = Train([joined], gradient => [("joined", gradient)]);
        var parts = Train([first, second], gradient => [("first", gradient.narrow(0, 0, 4)), ("second", gradient.narrow(0, 4, 3))]);

        TensorAssert.Close(cat([parts[0], parts[1]], 0), whole[0], 1e-6);

        Tensor[] Train(ParameterSpec[] specs, Func<Tensor, (string Name, Tensor Gradient)[]> split)
        {
            using var parameters = ParameterSet.Create(specs, seed: 1, CPU);
            using var optimizer = new Optimizer([new(parameters, specs, 1, 0, 0, muon: true)], 0.9, 0.99);
            foreach (var gradient in gradients)
            {
                foreach (var (name, part) in split(gradient))
                {
                    (parameters[name] * part).sum().backward();
                }
                optimizer.Step(LearningRate, 1);
            }
            return [.. specs.Select(spec => parameters[spec.Name].detach().clone())];
        }
    }

    [Fact]
    public void Step_NoGradient_OnlyDecays()
    {
        using var scope = NewDisposeScope();
        ParameterSpec spec = new("matrix", [3, 4], ParameterGroup.Language, Initial.Normal(1));
        using var parameters = ParameterSet.Create([spec], seed: 1, CPU);
        var before = parameters["matrix"].detach().clone();
        using var optimizer = new Optimizer([new(parameters, [spec], 0.5, 0.1, 0, muon: true)], 0.9, 0.99);

        optimizer.Step(0.2, 1);

        TensorAssert.Close(before * (1 - (0.2 * 0.5 * 0.1)), parameters["matrix"], 1e-6);
    }

    [Fact]
    public void Create_Muon_TakesMatricesBetweenLayersOnly()
    {
        var config = SmallModel.Sizes.ToConfig(566, "v1");
        using var parameters = ParameterSet.Create([.. ModelCatalog.Specs(config)], seed: 1, CPU);
        ParameterGroup[] groups = [ParameterGroup.Vision, ParameterGroup.Regions, ParameterGroup.Projector, ParameterGroup.Language];
        using var optimizer = OptimizerFactory.Create(parameters, Trainings.Instruction(1) with { Optimizer = OptimizerKind.Muon, Train = groups }, 0);

        var names = optimizer.Arenas.ToLookup(arena => arena.SecondMoment is null, arena => arena.Specs.Select(spec => spec.Name));
        string[] muon = [.. names[true].SelectMany(name => name)], adamW = [.. names[false].SelectMany(name => name)];

        Assert.Equal(parameters.Specs.Select(spec => spec.Name).Order(), muon.Concat(adamW).Order());
        Assert.Contains("model.layers.0.self_attn.qkv_proj.weight", muon);
        Assert.Contains("vision_model.encoder.layers.0.mlp.fc1.weight", muon);
        Assert.Contains("model.spi_module.mlvl_fuse.fuse_convs.0.conv.weight", muon);
        string[] tables =
        [
            "lm_head.weight", "model.embed_tokens.weight", "vision_model.embeddings.patch_embedding.weight", "vision_model.embeddings.position_embedding.weight",
        ];
        Assert.All(tables, name => Assert.Contains(name, adamW));
        Assert.All(muon, name => Assert.EndsWith(".weight", name, StringComparison.Ordinal));
    }

    // The authors' coefficients, on one singular value.
    private static double Polynomial(double x) => (3.4445 * x) - (4.7750 * x * x * x) + (2.0315 * x * x * x * x * x);
}
