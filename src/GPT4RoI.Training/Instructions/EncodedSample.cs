namespace GPT4RoI.Training.Instructions;

/// <summary>A conversation as the language model sees it in training.</summary>
/// <param name="Ids">Token ids, beginning of sentence included.</param>
/// <param name="Labels">As long as the ids: the id itself where the model must learn to predict it (assistant text and its end), else <see cref="Ignored"/>.</param>
/// <param name="ImageOffset">Position of the first <c>&lt;im_patch&gt;</c>; null without a picture.</param>
/// <param name="BoxPositions">Positions of <c>&lt;bbox&gt;</c>, in the order of the boxes.</param>
public sealed record EncodedSample(int[] Ids, int[] Labels, int? ImageOffset, int[] BoxPositions)
{
    /// <summary>The label of a token without loss.</summary>
    public const int Ignored = -100;
}
