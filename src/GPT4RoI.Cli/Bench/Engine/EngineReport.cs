namespace GPT4RoI.Cli.Bench.Engine;

/// <summary>What the engine benchmark measured, with its yardsticks from the same run.</summary>
/// <param name="Workload">What was run.</param>
/// <param name="Parameters">Weights of the language model, in number.</param>
/// <param name="Threads">Torch's threads.</param>
/// <param name="CopyGigabytesPerSecond">Bytes read and written per second by a plain copy of a large array.</param>
/// <param name="Rounds">One per batch size.</param>
internal sealed record EngineReport(
    EngineWorkload Workload, long Parameters, int Threads, double CopyGigabytesPerSecond, IReadOnlyList<EngineRound> Rounds);

/// <summary>One batch size.</summary>
/// <param name="BatchSize">Concurrent requests.</param>
/// <param name="TokensPerSecond">Generated tokens of all requests over the whole round, prefill included.</param>
/// <param name="TimesBatchOfOne">The same over that of batch size 1, if the run has one.</param>
/// <param name="PrefillTokensPerSecond">Prompt tokens until the last request's first token.</param>
/// <param name="DecodeStepMilliseconds">Time per step while all requests decode.</param>
/// <param name="MatmulMilliseconds">Torch's weight products of such a step alone, on weights of the same sizes.</param>
/// <param name="MatmulShare">Those products over the whole step. Above 1, the step is faster than torch's products alone.</param>
/// <param name="StepMegabytes">Weights, and keys and values, that such a step must read.</param>
/// <param name="GigabytesPerSecond">The same per second.</param>
/// <param name="ShareOfCopy">Over the copy's bandwidth.</param>
internal sealed record EngineRound(
    int BatchSize, double TokensPerSecond, double? TimesBatchOfOne, double PrefillTokensPerSecond, double DecodeStepMilliseconds,
    double MatmulMilliseconds, double MatmulShare, double StepMegabytes, double GigabytesPerSecond, double ShareOfCopy);
