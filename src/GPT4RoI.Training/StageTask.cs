using GPT4RoI.Model.Prompting;
using GPT4RoI.Training.Batches;
using GPT4RoI.Training.Configuration;
using GPT4RoI.Training.Instructions;
using GPT4RoI.Training.Modules;
using GPT4RoI.Training.Vision;

namespace GPT4RoI.Training;

/// <summary>What a stage computes its loss from.</summary>
/// <param name="Samples">In one epoch.</param>
/// <param name="Prepare">A step's batches; depends on the step's number only. Thread-safe.</param>
internal sealed record StageTask(long Samples, Func<long, IReadOnlyList<MicroBatch>> Prepare)
{
    /// <summary>The task of a stage. A vision stage adds its heads to the parameters.</summary>
    /// <exception cref="InvalidDataException">There is no data of the stage's kind.</exception>
    public static StageTask Create(StageConfig stage, int index, ModelStart start, TrainableModel model, TrainingData data, int seed) =>
        stage.Kind == StageKind.Instruction ? Instruction(stage, index, start, model, data, seed) : Dense(stage, index, start, model, data, seed);

    private static StageTask Instruction(StageConfig stage, int index, ModelStart start, TrainableModel model, TrainingData data, int seed)
    {
        var config = start.Config;
        var encoder = new InstructionEncoder(start.Tokenizer, ConversationTemplate.For(config.ConversationVersion), config.Vision.Patches);
        var mix = new InstructionMix(data.Instructions, seed, index);
        var feed = new InstructionFeed(config, mix, encoder.Encode, start.Preprocessor, stage.BatchSize, stage.Accumulation, seed, index);
        return new(mix.Count, step =>
            [.. feed.Prepare(step).Select(batch => new MicroBatch(batch.Tokens, batch.Targets.Length, () => model.Loss(batch)))]);
    }

    private static StageTask Dense(StageConfig stage, int index, ModelStart start, TrainableModel model, TrainingData data, int seed)
    {
        var open = data.Vision ?? throw new InvalidDataException($"Stage '{stage.Name}' is of kind vision, but there is no dataset with class labels.");
        var config = start.Config;
        var dataset = open(start.Preprocessor, config.Vision.Grid);
        var order = new EpochOrder(dataset.Count, seed, index);
        var withRegions = stage.Train.Contains(ParameterGroup.Regions);
        start.Parameters.Add(DenseHeads.Specs(config, dataset.Classes), seed);
        var heads = new DenseHeads(config, start.Parameters, model);
        return new(dataset.Count, step =>
            [.. Enumerable.Range(0, stage.Accumulation).Select(part => Join((step * stage.Accumulation) + part))]);

        MicroBatch Join(long number)
        {
            var samples = Enumerable.Range(0, stage.BatchSize).Select(k => (number * stage.BatchSize) + k)
                .Select(n => dataset.Get(order.At(n), Seeds.Random(seed, "dense", index, n)));
            var batch = DenseBatch.Create(config, dataset.Classes, [.. samples], withRegions);
            return new(batch.Size * config.Vision.Patches, batch.Size, () => heads.Loss(batch));
        }
    }
}
