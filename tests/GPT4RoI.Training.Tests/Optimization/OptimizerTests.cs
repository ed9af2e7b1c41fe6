using GPT4RoI.Training.Modules;
using GPT4RoI.Training.Optimization;
using static TorchSharp.torch;
using Parameter = TorchSharp.Modules.Parameter;

namespace GPT4RoI.Training.Tests.Optimization;

public sealed class OptimizerTests
{
    [Fact]
    public void Step_SeveralUpdates_GivesWhatTorchsAdamWGives()
    {
        using var scope = NewDisposeScope();
        ParameterSpec[] specs = [new("matrix", [5, 7], ParameterGroup.Language, Initial.Normal(1)), new("vector", [9], ParameterGroup.Language, Initial.Normal(1))];
        using var parameters = ParameterSet.Create(specs, seed: 2, CPU);
        var theirs = specs.Select(spec => new Parameter(parameters[spec.Name].clone())).ToArray();
        using var reference = optim.AdamW(theirs, lr: 0.01, beta1: 0.9, beta2: 0.98, eps: 1e-8, weight_decay: 0.1);
        using var optimizer = new Optimizer([new(parameters, specs, 0.5, 0.1, 0)], 0.9, 0.98);
        using var generator = new Generator(1);

        for (var update = 0; update < 5; update++)
        {
            var targets = specs.Select(spec => randn(spec.Shape, generator: generator)).ToArray();
            foreach (var (spec, target) in specs.Zip(targets))
            {
                (parameters[spec.Name] * target).sum().backward();
            }
            foreach (var (parameter, target) in theirs.Zip(targets))
            {
                parameter.grad = target * 0.25;
            }
            optimizer.Step(0.02, gradientScale: 0.25);
            reference.step();
        }

        foreach (var (spec, parameter) in specs.Zip(theirs))
        {
            TensorAssert.Close(parameter, parameters[spec.Name], 1e-6, spec.Name);
        }
    }

    [Fact]
    public void GradientNorm_OfAllArenas_IsThatOfAllGradients()
    {
        using var scope = NewDisposeScope();
        ParameterSpec[] specs = [new("first", [2], ParameterGroup.Language, Initial.Zero), new("second", [3, 1], ParameterGroup.Regions, Initial.Zero)];
        using var parameters = ParameterSet.Create(specs, seed: 0, CPU);
        using var optimizer = new Optimizer([new(parameters, [specs[0]], 1, 0, 0), new(parameters, [specs[1]], 1, 0, firstTrainedRow: 1)], 0.9, 0.99);

        ((parameters["first"] * 3).sum() + (parameters["second"] * 4).sum()).backward();

        // Two threes, and two fours: the first row is not trained.
        Assert.Equal(Math.Sqrt(18 + 32), optimizer.GradientNorm(), 1e-5);
    }

    [Theory]
    [InlineData(0, 0.25)]
    [InlineData(3, 1)]
    [InlineData(4, 1)]
    [InlineData(7, 0.5)]
    [InlineData(9, 0.0669873)]
    public void At_WarmUpThenCosine_GivesTheSchedule(long step, double expected) =>
        Assert.Equal(expected * 2, new LearningRateSchedule(2, 10, 4, Cosine: true).At(step), 1e-6);
}
