namespace GPT4RoI.Model.Prompting;

/// <summary>Where a region vector goes.</summary>
/// <param name="RegionId">The N of <c>regionN</c>; in a prompt read from ids alone, its number among them, from 1.</param>
/// <param name="TokenIndex">Position of its <c>&lt;bbox&gt;</c> in the prompt.</param>
public readonly record struct RegionSlot(int RegionId, int TokenIndex);

/// <summary>A prompt as token ids, and the places where embeddings of the image and the regions go.</summary>
/// <param name="TokenIds">The prompt, beginning of sentence included.</param>
/// <param name="ImageOffset">Position of the first <c>&lt;im_patch&gt;</c>.</param>
/// <param name="ImageLength">Number of <c>&lt;im_patch&gt;</c>.</param>
/// <param name="RegionSlots">In the order of the text.</param>
public sealed record AssembledPrompt(int[] TokenIds, int ImageOffset, int ImageLength, IReadOnlyList<RegionSlot> RegionSlots)
{
    /// <summary>
    /// Finds the places in ids, as <c>llava/model/llava.py</c> does: the image stands between the first <c>&lt;im_start&gt;</c> and an
    /// <c>&lt;im_end&gt;</c> the right number of patches later; the k-th <c>&lt;bbox&gt;</c> takes the k-th box.
    /// </summary>
    /// <exception cref="ArgumentException">There is no image of that length in the ids.</exception>
    public static AssembledPrompt FromIds(int[] ids, SpecialTokens special, int imageTokens)
    {
        var start = Array.IndexOf(ids, special.ImageStart);
        var end = start + imageTokens + 1;
        if (start < 0 || end >= ids.Length || ids[end] != special.ImageEnd)
        {
            throw new ArgumentException($"The prompt holds no image of {imageTokens} tokens.", nameof(ids));
        }

        var slots = ids.Index().Where(token => token.Item == special.BBox).Select((token, k) => new RegionSlot(k + 1, token.Index));
        return new AssembledPrompt(ids, start + 1, imageTokens, [.. slots]);
    }
}
