namespace GPT4RoI.Model.Prompting;

/// <summary>The sentence that brings the image into a conversation's first question (<c>gpt4roi/app.py</c>).</summary>
internal static class ImagePlaceholder
{
    public const string Name = "<image>";
    public const string Before = "The ";
    public const string After = " provides an overview of the picture.\n";

    /// <summary>The tokens that stand for the image, by name.</summary>
    public static string Literal(int imageTokens) =>
        $"<im_start>{string.Concat(Enumerable.Repeat("<im_patch>", imageTokens))}<im_end>";
}
