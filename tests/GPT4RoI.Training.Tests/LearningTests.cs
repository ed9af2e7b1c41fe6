using GPT4RoI.Model;
using GPT4RoI.Model.Language;
using GPT4RoI.Model.Prompting;
using GPT4RoI.Model.Vision;
using GPT4RoI.Training.Instructions;
using static TorchSharp.torch;

namespace GPT4RoI.Training.Tests;

/// <summary>
/// A model from scratch that has to learn something, asked through the checkpoint that the engine would serve. Nothing runs beside it: the memory that it
/// watches is the process's.
/// </summary>
[Collection(nameof(LearningTests))]
[CollectionDefinition(nameof(LearningTests), DisableParallelization = true)]
public sealed class LearningTests : IDisposable
{
    private const int Unseen = 1_000_000, Questions = 60;

    private readonly RunFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Run_ColourOfTheBoxedSquare_IsLearnedAndMemoryStaysFlat()
    {
        var memory = new MemoryWatch();
        var config = Trainings.Config(
            Trainings.Vision(200) with { BatchSize = 16, LearningRate = 3e-3, WarmUpSteps = 20 },
            Trainings.Instruction(500) with { BatchSize = 16, LearningRate = 3e-3, WarmUpSteps = 20 });

        Trainings.Run(config, _folder.Root, memory, scenes: 4000);

        var right = CountRight(_folder.At("model"));
        Assert.True(right >= 0.9 * Questions, $"{right} of {Questions} answers are right");
        Assert.True(memory.Growth < 100_000_000, $"resident memory grew by {memory.Growth / 1_000_000} MB over 300 steps");
    }

    [Fact]
    public void Run_VisionStage_RegionVectorsBeginWithTheirBoxesPlaces()
    {
        Trainings.Run(Trainings.Config(Trainings.Vision(500) with { BatchSize = 16, LearningRate = 3e-3, WarmUpSteps = 20 }), _folder.Root, scenes: 4000);
        using var checkpoint = Gpt4RoiCheckpoint.Open(_folder.At("model"));
        using var vision = checkpoint.LoadVisionTower(ModelPlacement.Cpu);
        using var regions = checkpoint.LoadRegionModule(ModelPlacement.Cpu);
        var (config, scenes) = (checkpoint.Config, new ColourScenes(Questions, Unseen));
        var preprocessor = ImagePreprocessor.Load(config.VisionTower, config.Vision.ImageSize);

        for (var index = 0; index < Questions; index++)
        {
            using var scope = NewDisposeScope();
            var sample = scenes.Get(index, new Random(0))!;
            var levels = vision.Forward(tensor(sample.Image!.Load(preprocessor)).view(1, 3, config.Vision.ImageSize, config.Vision.ImageSize));
            var vector = regions.Extract(regions.Fuse(levels), [sample.Boxes]).flatten().data<float>();

            var box = sample.Boxes[0];
            Assert.Equal(((box.X1 + box.X2) / 2) - 0.5, vector[0] / 16, 0.1); // boxes lie between -0.31 and 0.34
            Assert.Equal(((box.Y1 + box.Y2) / 2) - 0.5, vector[1] / 16, 0.1);
        }
    }

    private static int CountRight(string folder)
    {
        using var checkpoint = Gpt4RoiCheckpoint.Open(folder);
        using var vision = checkpoint.LoadVisionTower(ModelPlacement.Cpu);
        using var regions = checkpoint.LoadRegionModule(ModelPlacement.Cpu);
        using var projector = checkpoint.LoadProjector(ModelPlacement.Cpu);
        using var language = checkpoint.LoadLanguageModel(ModelPlacement.Cpu);
        var (config, scenes) = (checkpoint.Config, new ColourScenes(Questions, Unseen));
        var encoder = new InstructionEncoder(Gpt4RoiTokenizer.Load(folder), ConversationTemplate.For(config.ConversationVersion), config.Vision.Patches);
        var preprocessor = ImagePreprocessor.Load(config.VisionTower, config.Vision.ImageSize);
        return Enumerable.Range(0, Questions).Count(index =>
        {
            using var scope = NewDisposeScope();
            var sample = scenes.Get(index, new Random(0))!;
            var encoded = encoder.Encode(sample);
            var levels = vision.Forward(tensor(sample.Image!.Load(preprocessor)).view(1, 3, config.Vision.ImageSize, config.Vision.ImageSize));
            var embeddings = language.Embed(encoded.Ids);
            embeddings.narrow(0, encoded.ImageOffset!.Value, config.Vision.Patches).copy_(projector.Forward(levels[^1])[0]);
            embeddings.narrow(0, encoded.BoxPositions[0], 1).copy_(regions.Extract(regions.Fuse(levels), [sample.Boxes]));
            using var cache = new KvCache(config.Language, 16, 16, ModelPlacement.Cpu);
            var logits = language.Logits(language.Forward(embeddings, Whole(encoded.Ids.Length), cache)); // [tokens, vocabulary]
            // Greedy decoding gives the answer if and only if every token of it is the most likely one behind those before.
            return Enumerable.Range(1, encoded.Ids.Length - 1).Where(position => encoded.Labels[position] != EncodedSample.Ignored)
                .All(position => logits[position - 1].argmax().item<long>() == encoded.Labels[position]);
        });
    }

    private static AttentionBatch Whole(int tokens) => new()
    {
        QueryStarts = [0, tokens],
        ContextLengths = [tokens],
        Positions = [.. Enumerable.Range(0, tokens)],
        SlotMapping = [.. Enumerable.Range(0, tokens)],
        BlockTables = [[.. Enumerable.Range(0, 16)]],
    };

    /// <summary>Resident memory of the process between two steps of the second stage.</summary>
    private sealed class MemoryWatch : IProgress<StepReport>
    {
        private long _first;

        public long Growth { get; private set; }

        public void Report(StepReport value)
        {
            if (value.Step is 400 or 700)
            {
                Growth = Environment.WorkingSet - _first;
                _first = Environment.WorkingSet;
            }
        }
    }
}
