using System.Text;

namespace GPT4RoI.Model.Weights;

/// <summary>Text out of a file nobody vouches for, made fit for a message.</summary>
internal static class Printable
{
    private const int Longest = 160;

    /// <summary>The text in quotes: control characters become '?', what exceeds 160 characters becomes an ellipsis.</summary>
    public static string Quote(string text)
    {
        var quoted = new StringBuilder("'", Longest + 3);
        foreach (var character in text.AsSpan(0, Math.Min(text.Length, Longest)))
        {
            quoted.Append(char.IsControl(character) ? '?' : character);
        }
        return quoted.Append(text.Length > Longest ? "…'" : "'").ToString();
    }

    /// <summary>A shape as <c>[32, 4096]</c>.</summary>
    public static string Shape(ReadOnlySpan<long> shape) => $"[{string.Join(", ", shape.ToArray())}]";
}
