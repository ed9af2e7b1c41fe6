using GPT4RoI.Engine.Execution;
using GPT4RoI.Engine.Scheduling;
using GPT4RoI.Engine.Tests.Scheduling;

namespace GPT4RoI.Engine.Tests.Execution;

/// <summary>
/// A model whose logits are a hash of everything that the sequence's blocks say was before: wrong bookkeeping anywhere changes the tokens.
/// </summary>
internal sealed class FakeRunner(int blocks = 64, int blockSize = 4) : IModelRunner
{
    public const int Vocabulary = 566;

    private readonly KvModel _kv = new(blocks, blockSize);

    public RunnerShape Shape { get; } = new(Vocabulary, MaxPositions: 256, blocks, blockSize, ImageRowSize: 3, RegionRowSize: 2);

    /// <summary>Requests for which it throws.</summary>
    public HashSet<string> Throws { get; } = [];

    /// <summary>Requests whose logits are NaN.</summary>
    public HashSet<string> NotFinite { get; } = [];

    /// <summary>Next tokens that are forced, per request: the first entry follows the prompt.</summary>
    public Dictionary<string, int[]> Script { get; } = [];

    /// <summary>Every step's work.</summary>
    public List<SchedulerOutput> Executed { get; } = [];

    public bool Disposed { get; private set; }

    public void Execute(SchedulerOutput output, LogitsBuffer logits)
    {
        Executed.Add(output);
        var row = 0;
        logits.Reset(output.Sequences.Count(chunk => chunk.Samples));
        foreach (var chunk in output.Sequences)
        {
            var request = chunk.Sequence.Request;
            if (Throws.Contains(request.RequestId))
                throw new InvalidOperationException("poisoned");
            var fingerprint = _kv.Compute(chunk);
            if (!chunk.Samples)
                continue;
            var scores = logits.Row(row++);
            for (var token = 0; token < Vocabulary; token++)
                scores[token] = Score(fingerprint, (ulong)token);
            if (NotFinite.Contains(request.RequestId))
                scores[5] = float.NaN;
            if (Script.TryGetValue(request.RequestId, out var script) && chunk.Sequence.OutputLength < script.Length)
                scores[script[chunk.Sequence.OutputLength]] = 100;
        }
    }

    public void Dispose() => Disposed = true;

    // Spread over -8..8; end-of-sequence and the tokens below 20 are never the most likely ones.
    private static float Score(ulong fingerprint, ulong token)
    {
        if (token < 20)
            return -20;
        var hash = (fingerprint + (token * 0xD1B54A32D192ED03)) * 0x9E3779B97F4A7C15;
        hash = (hash ^ (hash >> 31)) * 0xBF58476D1CE4E5B9;
        return ((hash >> 40) / (float)(1 << 20)) - 8;
    }
}
