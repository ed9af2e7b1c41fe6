using System.Globalization;
using System.Text.RegularExpressions;

namespace GPT4RoI.Training.Datasets.Vcr;

/// <summary>A text of VCR, in which numbers stand for objects.</summary>
internal sealed partial class VcrText(string text)
{
    /// <summary>The objects mentioned, each once, in the order of their first mention; counted from 1. A number too large for one is 0.</summary>
    public IReadOnlyList<int> Objects { get; } = [.. Number().Matches(text).Select(match => Parse(match.Value)).Distinct()];

    /// <summary>The text with every number replaced.</summary>
    /// <param name="name">What to write for an object, and whether it is its first mention.</param>
    public string Replace(Func<int, bool, string> name)
    {
        var seen = new HashSet<int>();
        return Number().Replace(text, match => name(Parse(match.Value), seen.Add(Parse(match.Value))));
    }

    private static int Parse(string digits) => int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var value) ? value : 0;

    [GeneratedRegex(@"\b[0-9]+\b", RegexOptions.CultureInvariant)]
    private static partial Regex Number();
}
