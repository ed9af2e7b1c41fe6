using GPT4RoI.Engine.Scheduling;

namespace GPT4RoI.Engine.Execution;

/// <summary>Computes one step. The only way from scheduling to tensors; called by the step thread alone.</summary>
internal interface IModelRunner : IDisposable
{
    /// <summary>What it can compute.</summary>
    RunnerShape Shape { get; }

    /// <summary>
    /// Computes every chunk, writes its keys and values to the sequence's blocks, and gives the logits of each chunk that samples, in order.
    /// Calling it again with the same chunks has the same effect, so a failed step can be repeated in parts.
    /// </summary>
    /// <param name="output">The step.</param>
    /// <param name="logits">Receives one row per sampling chunk.</param>
    void Execute(SchedulerOutput output, LogitsBuffer logits);
}

/// <summary>A model runner's sizes.</summary>
/// <param name="VocabularySize">Token ids are below it.</param>
/// <param name="MaxPositions">Positions that the model was made for.</param>
/// <param name="Blocks">Blocks of its KV cache.</param>
/// <param name="BlockSize">Tokens per block.</param>
/// <param name="ImageRowSize">Floats in one row of an image span.</param>
/// <param name="RegionRowSize">Floats in a region vector.</param>
internal sealed record RunnerShape(
    int VocabularySize, int MaxPositions, int Blocks, int BlockSize, int ImageRowSize, int RegionRowSize);
