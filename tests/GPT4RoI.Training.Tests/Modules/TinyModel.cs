using GPT4RoI.Model;
using GPT4RoI.Model.Regions;
using GPT4RoI.Training.Instructions;
using GPT4RoI.Training.Modules;
using static TorchSharp.torch;

namespace GPT4RoI.Training.Tests.Modules;

/// <summary>The golden checkpoint as a differentiable model.</summary>
public sealed class TinyModel : IDisposable
{
    public TinyModel()
    {
        using var checkpoint = Gpt4RoiCheckpoint.Open(Path.Combine(GoldenFiles.Root, "tiny"));
        Config = checkpoint.Config;
        Parameters = ParameterSet.Load(Config, Path.Combine(GoldenFiles.Root, "tiny"), CPU);
        Model = new(Config, Parameters, ComputeOptions.Plain);
    }

    public Gpt4RoiConfig Config { get; }

    internal ParameterSet Parameters { get; }

    internal TrainableModel Model { get; }

    public static BoundingBox[] Boxes(Tensor boxes) =>
        [.. boxes.flatten().data<float>().ToArray().Chunk(4).Select(box => new BoundingBox(box[0], box[1], box[2], box[3]))];

    /// <summary>A batch of recorded first turns, without labels.</summary>
    internal InstructionBatch Prompts(params (string Case, string Image)[] prompts) => InstructionBatch.Create(Config,
        [.. prompts.Select(prompt =>
        {
            var turn = GoldenTurn.First(prompt.Case);
            var sample = new EncodedSample(turn.Ids, [.. turn.Ids.Select(_ => EncodedSample.Ignored)], turn.ImageOffset, turn.BoxPositions);
            return (sample, GoldenFiles.Read("preprocess", prompt.Image + ".image").data<float>().ToArray(), (IReadOnlyList<BoundingBox>)turn.Boxes);
        })]);

    public void Dispose()
    {
        Model.Dispose();
        Parameters.Dispose();
    }
}
