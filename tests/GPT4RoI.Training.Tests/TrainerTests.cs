using System.Globalization;
using GPT4RoI.Model;
using GPT4RoI.Training.Configuration;
using GPT4RoI.Training.Modules;
using GPT4RoI.Training.Optimization;
using static TorchSharp.torch;

namespace GPT4RoI.Training.Tests;

public sealed class TrainerTests : IDisposable
{
    private readonly RunFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Run_StoppedAnywhere_GoesOnWithTheSameLosses()
    {
        var config = Trainings.Config(
            Trainings.Vision(3) with { Optimizer = OptimizerKind.Muon }, Trainings.Vision(2), Trainings.Instruction(6) with { Accumulation = 2 }) with
        { CheckpointEvery = 3 };
        Trainings.Run(config, _folder.At("whole"));
        var expected = Trainings.Losses(_folder.At("whole"));

        for (var stop = 1; stop <= 11; stop++)
        {
            var run = _folder.At($"stopped{stop}");
            StopAfter(config, run, stop);
            Trainings.Run(config, run);
            Assert.Equal(expected, Trainings.Losses(run));
        }
        Assert.Equal(12, expected.Length);
    }

    [Fact]
    public void Run_StageWithSmallerPatches_GoesOnFromWhatWasLearned()
    {
        var config = Trainings.Config(Trainings.Instruction(40), Trainings.Instruction(4) with { PatchSize = 4, LearningRate = 1e-5 }) with { CheckpointEvery = 3 };
        Trainings.Run(config, _folder.At("whole"));
        var expected = Trainings.Losses(_folder.At("whole"));
        foreach (var stop in new[] { 39, 40, 42 })
        {
            var run = _folder.At($"stopped{stop}");
            StopAfter(config, run, stop);
            Trainings.Run(config, run);
            Assert.Equal(expected, Trainings.Losses(run));
        }

        double[] losses = [.. expected.Skip(1).Select(line => double.Parse(line.Split(',')[2], CultureInfo.InvariantCulture))];
        using var checkpoint = Gpt4RoiCheckpoint.Open(_folder.At("whole", "model"));
        using var vision = checkpoint.LoadVisionTower(ModelPlacement.Cpu);

        Assert.Equal(4, checkpoint.Config.Vision.PatchSize);
        Assert.True(losses[40] < (losses[0] + losses[39]) / 2, $"from {losses[0]} to {losses[39]}, then {losses[40]}");
    }

    [Theory]
    [InlineData(16, "patch_size 16 is larger than 8")]
    [InlineData(5, "does not divide 32")]
    public void Run_StageWithPatchesThatCannotBe_IsRefusedBeforeTraining(int side, string named)
    {
        var config = Trainings.Config(Trainings.Instruction(2), Trainings.Vision(2) with { PatchSize = side });

        var exception = Assert.Throws<InvalidDataException>(() => Trainings.Run(config, _folder.Root));

        Assert.StartsWith("Stage 'vision': ", exception.Message, StringComparison.Ordinal);
        Assert.Contains(named, exception.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(_folder.At("losses.csv")));
    }

    [Fact]
    public void Run_VisionStageAfterAnother_KeepsItsHeads()
    {
        var headsAlone = Trainings.Vision(60) with { Train = [ParameterGroup.Heads], LearningRate = 0.02, BatchSize = 16 };
        Trainings.Run(Trainings.Config(headsAlone, headsAlone with { Steps = 1 }), _folder.Root);

        double[] losses = [.. Trainings.Losses(_folder.Root).Skip(1).Select(line => double.Parse(line.Split(',')[2], CultureInfo.InvariantCulture))];

        Assert.Equal(61, losses.Length);
        Assert.True(losses[59] < 0.8 * losses[0], $"from {losses[0]} to {losses[59]}");
        Assert.True(losses[60] < 0.8 * losses[0], $"from {losses[0]} to {losses[59]}, then {losses[60]}");
    }

    [Fact]
    public void Run_KilledWhileItWroteACheckpoint_GoesOnFromTheOneBefore()
    {
        var config = Trainings.Config(Trainings.Instruction(6)) with { CheckpointEvery = 2 };
        Trainings.Run(config, _folder.At("whole"));
        var run = _folder.At("killed");
        StopAfter(config, run, 3);
        Directory.CreateDirectory(Path.Combine(run, "checkpoints", "step-00000004.partial-1234"));
        File.AppendAllText(Path.Combine(run, "losses.csv"), "4,instruction,1.2");

        Trainings.Run(config, run);

        Assert.Equal(Trainings.Losses(_folder.At("whole")), Trainings.Losses(run));
        Assert.Equal(["step-00000004", "step-00000006"], Directory.GetDirectories(Path.Combine(run, "checkpoints")).Select(Path.GetFileName).Order());
    }

    [Fact]
    public void Run_CheckpointThatItWentOnFromIsGone_StillWritesTheTokenizer()
    {
        var config = Trainings.Config(Trainings.Instruction(10)) with { CheckpointEvery = 2, KeepCheckpoints = 1 };
        var run = _folder.At("resumed");
        StopAfter(config, run, 2);

        Trainings.Run(config, run);

        var last = Assert.Single(Directory.GetDirectories(Path.Combine(run, "checkpoints")));
        Assert.Equal("step-00000010", Path.GetFileName(last));
        Assert.Equal(File.ReadAllBytes(Path.Combine(config.Model.Tokenizer!, "tokenizer.model")), File.ReadAllBytes(Path.Combine(last, "tokenizer.model")));
    }

    [Fact]
    public void Run_FolderOfATrainingThatIsStillAtWork_IsLeftAlone()
    {
        var config = Trainings.Config(Trainings.Instruction(2));

        Trainings.Run(config, _folder.Root, new Callback(() =>
        {
            var exception = Assert.Throws<IOException>(() => Trainings.Run(config, _folder.Root));
            Assert.Contains("another training", exception.Message, StringComparison.Ordinal);
        }));

        Assert.Equal(3, Trainings.Losses(_folder.Root).Length);
    }

    [Fact]
    public void Run_RegionsOnly_LeavesEverythingElseAsItWas()
    {
        var stage = Trainings.Instruction(2) with { Train = [ParameterGroup.Regions, ParameterGroup.NewTokenEmbeddings], WeightDecay = 0.1 };
        var config = Trainings.Config(stage);
        Trainings.Run(config, _folder.Root);
        using var scope = NewDisposeScope();
        var trained = ModelStart.Load(Directory.GetDirectories(_folder.At("checkpoints")).Single(), _folder.At("model"), CPU);
        var before = ModelStart.Open(config.Model, config.Seed, CPU);
        using var first = trained.Parameters;
        using var second = before.Parameters;

        var changed = first.Specs.Where(spec => !Same(first[spec.Name], second[spec.Name])).ToArray();

        Assert.Equal([ParameterGroup.Regions, ParameterGroup.Language], changed.Select(spec => spec.Group).Distinct());
        string[] grown = ["lm_head.weight", "model.embed_tokens.weight"];
        Assert.Equal(grown, changed.Where(spec => spec.Group == ParameterGroup.Language).Select(spec => spec.Name).Order(StringComparer.Ordinal));
        foreach (var name in grown)
        {
            Assert.True(Same(first[name].narrow(0, 0, 561), second[name].narrow(0, 0, 561)), "an old token's row has changed");
            Assert.False(Same(first[name].narrow(0, 561, 5), second[name].narrow(0, 561, 5)));
        }
    }

    [Fact]
    public void Run_LossThatIsNoNumber_StopsAndSaysWhere()
    {
        var config = Trainings.Config(Trainings.Instruction(50) with { LearningRate = 1e30, WarmUpSteps = 0, WarmUpRatio = 0, ClipNorm = 0 });

        var exception = Assert.Throws<TrainingDivergedException>(() => Trainings.Run(config, _folder.Root));

        Assert.Contains("'instruction', step", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Run_End_ModelOpensWithTheSizesTrained()
    {
        Trainings.Run(Trainings.Config(Trainings.Instruction(1)), _folder.Root);

        using var checkpoint = Gpt4RoiCheckpoint.Open(_folder.At("model"));
        using var language = checkpoint.LoadLanguageModel(ModelPlacement.Cpu);
        using var regions = checkpoint.LoadRegionModule(ModelPlacement.Cpu);
        using var vision = checkpoint.LoadVisionTower(ModelPlacement.Cpu);
        using var projector = checkpoint.LoadProjector(ModelPlacement.Cpu);

        Assert.Equal(SmallModel.Sizes.ToConfig(566, "v1") with { VisionTower = _folder.At("model", "clip") }, checkpoint.Config);
        Assert.True(new FileInfo(_folder.At("losses.png")).Length > 500);
    }

    private static bool Same(Tensor first, Tensor second) => (first - second).abs().max().item<float>() == 0;

    private static void StopAfter(TrainingConfig config, string run, int steps)
    {
        // Thrown out of the middle of a run: nothing is saved that a killed process would not have saved.
        Assert.Throws<StoppedException>(() => Trainings.Run(config, run, new Stop(steps)));
    }

    private sealed class Stop(int steps) : IProgress<StepReport>
    {
        public void Report(StepReport value)
        {
            if (value.Step == steps)
            {
                throw new StoppedException();
            }
        }
    }

    private sealed class Callback(Action act) : IProgress<StepReport>
    {
        public void Report(StepReport value) => act();
    }

    private sealed class StoppedException : Exception;
}
