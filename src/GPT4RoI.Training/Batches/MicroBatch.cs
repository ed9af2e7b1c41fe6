using static TorchSharp.torch;

namespace GPT4RoI.Training.Batches;

/// <summary>One forward and backward of a step.</summary>
/// <param name="Tokens">For the rate that is shown.</param>
/// <param name="Labels">What the step's loss is an average over.</param>
/// <param name="Loss">The sum over the labels, [] float32; called once, on the training thread, which disposes the result.</param>
internal sealed record MicroBatch(int Tokens, int Labels, Func<Tensor> Loss);
