namespace GPT4RoI.Model.Prompting;

/// <summary>White space as Python's <c>str.strip</c> sees it: the four separators U+001C..U+001F belong to it, in .NET they do not.</summary>
internal static class PythonText
{
    public static bool IsSpace(char c) => char.IsWhiteSpace(c) || c is >= '\x1c' and <= '\x1f';

    /// <summary>Index of the first character that is not white space; the length if there is none.</summary>
    public static int Start(ReadOnlySpan<char> text)
    {
        var start = 0;
        while (start < text.Length && IsSpace(text[start]))
        {
            start++;
        }

        return start;
    }

    /// <summary>Index after the last character that is not white space; 0 if there is none.</summary>
    public static int End(ReadOnlySpan<char> text)
    {
        var end = text.Length;
        while (end > 0 && IsSpace(text[end - 1]))
        {
            end--;
        }

        return end;
    }

    public static string Strip(string text)
    {
        var end = End(text);
        return end == 0 ? "" : text[Start(text)..end];
    }
}
