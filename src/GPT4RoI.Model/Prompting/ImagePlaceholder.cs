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

    /// <summary>Appends the tokens that stand for the image; the position of the first <c>&lt;im_patch&gt;</c>.</summary>
    public static int Append(TokenStream stream, Gpt4RoiTokenizer tokenizer, int imageTokens)
    {
        var special = tokenizer.Special;
        var offset = stream.Append(tokenizer.Token(special.ImageStart)) + 1;
        for (var patch = 0; patch < imageTokens; patch++)
        {
            stream.Append(tokenizer.Token(special.ImagePatch));
        }

        stream.Append(tokenizer.Token(special.ImageEnd));
        return offset;
    }
}
