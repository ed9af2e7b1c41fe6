using System.Collections.Concurrent;
using GPT4RoI.Model;
using GPT4RoI.Model.Vision;
using GPT4RoI.Training.Instructions;
using GPT4RoI.Training.Modules;

namespace GPT4RoI.Training.Batches;

/// <summary>
/// The batches of a stage. A window of some steps is drawn and encoded together and sorted by length, so that batches need little padding; then the batches
/// are shuffled. What a step holds depends on the seed, the stage and the step's number only. Thread-safe.
/// </summary>
internal sealed class InstructionFeed(
    Gpt4RoiConfig config, InstructionMix mix, Func<InstructionSample, EncodedSample> encode, ImagePreprocessor preprocessor,
    int batchSize, int accumulation, int seed, long stage)
{
    private const int WindowSteps = 8;

    private readonly ConcurrentDictionary<long, Lazy<Encoded[][]>> _windows = new();

    /// <summary>A step's batches.</summary>
    public IReadOnlyList<InstructionBatch> Prepare(long step)
    {
        var window = step / WindowSteps;
        foreach (var old in _windows.Keys.Where(key => key < window - 1))
        {
            _windows.TryRemove(old, out _);
        }
        var batches = _windows.GetOrAdd(window, key => new(() => Draw(key))).Value;
        return [.. batches.Skip((int)(step % WindowSteps) * accumulation).Take(accumulation).Select(Join)];
    }

    private Encoded[][] Draw(long window)
    {
        var count = WindowSteps * accumulation * batchSize;
        var batches = Enumerable.Range(0, count)
            .Select(index => mix.Draw((window * count) + index)).Select(sample => new Encoded(encode(sample), sample))
            .OrderBy(sample => sample.Tokens.Ids.Length).Chunk(batchSize).ToArray(); // a stable sort
        Seeds.Random(seed, "window", stage, window).Shuffle(batches);
        return batches;
    }

    private InstructionBatch Join(Encoded[] samples) =>
        InstructionBatch.Create(config, [.. samples.Select(sample => (sample.Tokens, sample.Sample.Image?.Load(preprocessor), sample.Sample.Boxes))]);

    private sealed record Encoded(EncodedSample Tokens, InstructionSample Sample);
}
