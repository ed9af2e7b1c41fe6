using System.Globalization;

namespace GPT4RoI.Training.Scenes.Dialogue;

/// <summary>Words around names.</summary>
internal static class English
{
    private static readonly string[] Numbers = ["none", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"];

    public static string Number(int count) => count < Numbers.Length ? Numbers[count] : count.ToString(CultureInfo.InvariantCulture);

    public static string YesNo(bool yes) => yes ? "yes" : "no";

    /// <summary>"a, b and c"</summary>
    public static string List(IReadOnlyList<string> items, string last = "and") =>
        items.Count == 1 ? items[0] : $"{string.Join(", ", items.SkipLast(1))} {last} {items[^1]}";

    /// <summary>First letter in capitals, a full stop at the end.</summary>
    public static string Sentence(string text) => $"{char.ToUpperInvariant(text[0])}{text[1..]}.";
}
