namespace GPT4RoI.Cli.Output;

/// <summary>Text that came from elsewhere, fit for a terminal: a model, a server or a file name must not move the cursor or set its title.</summary>
internal static class SafeText
{
    public static string Clean(string text) =>
        text.Any(IsUnsafe) ? string.Create(text.Length, text, (target, source) =>
        {
            for (var index = 0; index < source.Length; index++)
            {
                target[index] = IsUnsafe(source[index]) ? '\uFFFD' : source[index];
            }
        })
        : text;

    private static bool IsUnsafe(char character) => char.IsControl(character) && character is not ('\n' or '\t');
}
