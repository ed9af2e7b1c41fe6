using GPT4RoI.Training.Batches;
using GPT4RoI.Training.Modules;
using static TorchSharp.torch;

namespace GPT4RoI.Training.Tests.Optimization;

public sealed class StageRunTests
{
    [Fact]
    public void Step_SeveralBatches_AveragesOverTheLabelsOfAll()
    {
        ParameterSpec[] specs = [new("weight", [1], ParameterGroup.Language, Initial.One)];
        using var parameters = ParameterSet.Create(specs, seed: 0, CPU);
        // Sums over one label and over three.
        var task = new StageTask(1, _ => [new(5, 1, () => parameters["weight"].sum() * 2), new(7, 3, () => parameters["weight"].sum() * 6)]);
        using var run = new StageRun(Trainings.Instruction(10), task, new([new(parameters, specs, 1, 0, 0)], 0.9, 0.99), done: 0);

        var (loss, rate, norm, tokens) = run.Step();

        Assert.Equal((2, 2, 12, 1), ((int)loss, (int)norm, tokens, run.Done));
        Assert.Equal(1e-3, rate, 1e-9); // half of the warm-up's two steps
        Assert.Equal(1 - 1e-3, parameters["weight"].item<float>(), 1e-6); // Adam's first update is the learning rate
    }

    [Fact]
    public void Next_PreparedAhead_ComesInOrderAndRethrows()
    {
        var prefetcher = new Prefetcher<long>(step => step == 5 ? throw new InvalidDataException("five") : step * 10, first: 2, end: 7, ahead: 3);

        Assert.Equal([20, 30, 40], new[] { prefetcher.Next(), prefetcher.Next(), prefetcher.Next() });
        Assert.Throws<InvalidDataException>(() => prefetcher.Next());
        Assert.Equal(60, prefetcher.Next());
    }
}
