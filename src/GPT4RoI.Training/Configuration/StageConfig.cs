using GPT4RoI.Training.Datasets;
using GPT4RoI.Training.Modules;

namespace GPT4RoI.Training.Configuration;

/// <summary>What a stage learns from.</summary>
public enum StageKind
{
    /// <summary>Conversations about regions.</summary>
    Instruction,

    /// <summary>Class labels of patches and boxes, by linear classifiers that are thrown away: gives a vision tower from scratch something to see.</summary>
    Vision,
}

/// <summary>How the learning rate goes on after the warm-up.</summary>
public enum Schedule
{
    /// <summary>Half a cosine down to zero.</summary>
    Cosine,

    /// <summary>As it is.</summary>
    Constant,
}

/// <summary>What turns gradients into steps.</summary>
public enum OptimizerKind
{
    /// <summary>AdamW.</summary>
    AdamW,

    /// <summary>Muon for the matrices between layers; AdamW for embeddings, output layers, norms and biases. For models from scratch.</summary>
    Muon,
}

/// <summary>One stage of a training.</summary>
public sealed record StageConfig
{
    /// <summary>Names it in logs.</summary>
    public required string Name { get; init; }

    /// <summary>What it learns from.</summary>
    public StageKind Kind { get; init; } = StageKind.Instruction;

    /// <summary>Optimiser steps; 0 where epochs say it.</summary>
    public int Steps { get; init; }

    /// <summary>Passes over the data; 0 where steps say it.</summary>
    public double Epochs { get; init; }

    /// <summary>What is trained; everything else stays as it is.</summary>
    public required IReadOnlyList<ParameterGroup> Train { get; init; }

    /// <summary>
    /// Side of a patch in pixels from here on: smaller than before, and a divisor of the picture's side. The tower goes on from what it knows. Null leaves
    /// the patches as they are.
    /// </summary>
    public int? PatchSize { get; init; }

    /// <summary>Its datasets; the training's if it names none.</summary>
    public IReadOnlyList<DatasetConfig>? Data { get; init; }

    /// <summary>Samples of one forward.</summary>
    public required int BatchSize { get; init; }

    /// <summary>Forwards per step.</summary>
    public int Accumulation { get; init; } = 1;

    /// <summary>What turns gradients into steps.</summary>
    public OptimizerKind Optimizer { get; init; } = OptimizerKind.AdamW;

    /// <summary>At its peak.</summary>
    public required double LearningRate { get; init; }

    /// <summary>Factors of the learning rate by group, where they are not 1.</summary>
    public IReadOnlyDictionary<ParameterGroup, double> LearningRateScale { get; init; } = new Dictionary<ParameterGroup, double>();

    /// <summary>After the warm-up.</summary>
    public Schedule Schedule { get; init; } = Schedule.Cosine;

    /// <summary>Share of the steps in which the learning rate rises; <see cref="WarmUpSteps"/> goes before.</summary>
    public double WarmUpRatio { get; init; } = 0.003;

    /// <summary>Steps in which the learning rate rises; 0 where the ratio says it.</summary>
    public int WarmUpSteps { get; init; }

    /// <summary>Of matrices and kernels.</summary>
    public double WeightDecay { get; init; }

    /// <summary>How slowly AdamW's second moment forgets.</summary>
    public double Beta2 { get; init; } = 0.999;

    /// <summary>Bound of the gradients' norm; 0 for none.</summary>
    public double ClipNorm { get; init; } = 1;

    /// <summary>Computes layers again in the backward instead of keeping what they computed.</summary>
    public bool GradientCheckpointing { get; init; }

    /// <summary>Steps of the stage.</summary>
    /// <param name="samples">In one epoch.</param>
    public long TotalSteps(long samples) => Steps > 0 ? Steps : (long)Math.Ceiling(Epochs * samples / ((long)BatchSize * Accumulation));
}
