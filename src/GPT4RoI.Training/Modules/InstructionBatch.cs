using GPT4RoI.Model;
using GPT4RoI.Model.Regions;
using GPT4RoI.Training.Instructions;

namespace GPT4RoI.Training.Modules;

/// <summary>Conversations as arrays, sequences padded on the right to the longest. Made without torch.</summary>
internal sealed class InstructionBatch
{
    private InstructionBatch()
    {
    }

    /// <summary>[pictures, 3, side, side]; of the samples that have one.</summary>
    public required float[] Pixels { get; init; }

    /// <summary>Samples with a picture.</summary>
    public required int Pictures { get; init; }

    /// <summary>The boxes; null if no sample has one.</summary>
    public required RegionBatch? Regions { get; init; }

    /// <summary>[batch, tokens].</summary>
    public required int[] Ids { get; init; }

    /// <summary>Samples.</summary>
    public required int Size { get; init; }

    /// <summary>Tokens of the longest sample.</summary>
    public required int Length { get; init; }

    /// <summary>Tokens that are no padding.</summary>
    public required int Tokens { get; init; }

    /// <summary>Flat positions whose embeddings are replaced: every image's patches, then every region, both in the order of the samples.</summary>
    public required long[] Replaced { get; init; }

    /// <summary>Flat positions of hidden states that have a token to predict.</summary>
    public required long[] Predicting { get; init; }

    /// <summary>The tokens they predict.</summary>
    public required long[] Targets { get; init; }

    /// <summary>Joins samples.</summary>
    /// <exception cref="InvalidDataException">A sample's positions do not fit its boxes, or it is longer than the model's positions.</exception>
    public static InstructionBatch Create(Gpt4RoiConfig config, IReadOnlyList<(EncodedSample Sample, float[]? Pixels, IReadOnlyList<BoundingBox> Boxes)> samples)
    {
        var length = samples.Max(sample => sample.Sample.Ids.Length);
        foreach (var (sample, pixels, boxes) in samples)
        {
            Check(config, sample, pixels, boxes);
        }
        var ids = new int[samples.Count * length];
        var (patches, regions, predicting, targets) = (new List<long>(), new List<long>(), new List<long>(), new List<long>());
        foreach (var (index, (sample, _, _)) in samples.Index())
        {
            var start = (long)index * length;
            sample.Ids.CopyTo(ids, start);
            patches.AddRange(sample.ImageOffset is { } offset ? Enumerable.Range(offset, config.Vision.Patches).Select(position => start + position) : []);
            regions.AddRange(sample.BoxPositions.Select(position => start + position));
            // The state at a position predicts the token behind it.
            foreach (var position in Enumerable.Range(1, sample.Ids.Length - 1).Where(position => sample.Labels[position] != EncodedSample.Ignored))
            {
                predicting.Add(start + position - 1);
                targets.Add(sample.Labels[position]);
            }
        }
        var pictures = samples.Where(sample => sample.Pixels is not null).ToArray();
        return new()
        {
            Pixels = [.. pictures.SelectMany(sample => sample.Pixels!)],
            Pictures = pictures.Length,
            Regions = regions.Count == 0 ? null : RegionBatch.Create(config, [.. pictures.Select(sample => sample.Boxes)]),
            Ids = ids,
            Size = samples.Count,
            Length = length,
            Tokens = samples.Sum(sample => sample.Sample.Ids.Length),
            Replaced = [.. patches, .. regions],
            Predicting = [.. predicting],
            Targets = [.. targets],
        };
    }

    private static void Check(Gpt4RoiConfig config, EncodedSample sample, float[]? pixels, IReadOnlyList<BoundingBox> boxes)
    {
        if ((pixels is null) != (sample.ImageOffset is null) || (pixels is null && boxes.Count > 0))
        {
            throw new InvalidDataException($"A sample has {boxes.Count} boxes and {(pixels is null ? "no" : "a")} picture, but tokens for {(sample.ImageOffset is null ? "none" : "one")}.");
        }
        if (sample.BoxPositions.Length != boxes.Count || sample.Labels.Length != sample.Ids.Length)
        {
            throw new InvalidDataException($"A sample has {boxes.Count} boxes at {sample.BoxPositions.Length} positions, {sample.Ids.Length} ids and {sample.Labels.Length} labels.");
        }
        if (sample.Ids.Length > config.Language.MaxPositions)
        {
            throw new InvalidDataException($"A sample is {sample.Ids.Length} tokens long; the model has {config.Language.MaxPositions} positions.");
        }
        if (sample.Ids.FirstOrDefault(id => id < 0 || id >= config.Language.VocabularySize) is var id and not 0)
        {
            throw new InvalidDataException($"A sample holds token {id}; the vocabulary has {config.Language.VocabularySize}.");
        }
    }
}
