using System.Globalization;
using System.Text.RegularExpressions;

namespace GPT4RoI.Model.Prompting;

/// <summary>A <c>&lt;regionN&gt;</c> in a user's question.</summary>
/// <param name="Digits">N as written.</param>
/// <param name="Start">Where it begins.</param>
/// <param name="Length">Its length.</param>
internal readonly partial record struct RegionMention(string Digits, int Start, int Length)
{
    /// <summary>N, or null if it is not written as an id is (leading zeros, more than nine digits).</summary>
    public int? Id => Digits.Length <= 9 && Digits[0] != '0' ? int.Parse(Digits, CultureInfo.InvariantCulture) : null;

    public static IReadOnlyList<RegionMention> All(string question) =>
        [.. Pattern().Matches(question).Select(match => new RegionMention(match.Groups[1].Value, match.Index, match.Length))];

    [GeneratedRegex("<region([0-9]+)>", RegexOptions.CultureInvariant)]
    private static partial Regex Pattern();
}
