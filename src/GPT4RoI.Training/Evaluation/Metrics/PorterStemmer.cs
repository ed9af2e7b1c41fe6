namespace GPT4RoI.Training.Evaluation.Metrics;

/// <summary>The stem of an English word by Porter's algorithm (M. F. Porter, "An algorithm for suffix stripping", 1980), steps numbered as there.</summary>
internal static class PorterStemmer
{
    private static readonly (string Suffix, string Replacement)[] Step2 = LongestFirst(
        ("ational", "ate"), ("tional", "tion"), ("enci", "ence"), ("anci", "ance"), ("izer", "ize"), ("abli", "able"), ("alli", "al"), ("entli", "ent"),
        ("eli", "e"), ("ousli", "ous"), ("ization", "ize"), ("ation", "ate"), ("ator", "ate"), ("alism", "al"), ("iveness", "ive"), ("fulness", "ful"),
        ("ousness", "ous"), ("aliti", "al"), ("iviti", "ive"), ("biliti", "ble"));

    private static readonly (string Suffix, string Replacement)[] Step3 = LongestFirst(
        ("icate", "ic"), ("ative", ""), ("alize", "al"), ("iciti", "ic"), ("ical", "ic"), ("ful", ""), ("ness", ""));

    private static readonly (string Suffix, string Replacement)[] Step4 = LongestFirst(
        ("al", ""), ("ance", ""), ("ence", ""), ("er", ""), ("ic", ""), ("able", ""), ("ible", ""), ("ant", ""), ("ement", ""), ("ment", ""), ("ent", ""),
        ("ion", ""), ("ou", ""), ("ism", ""), ("ate", ""), ("iti", ""), ("ous", ""), ("ive", ""), ("ize", ""));

    /// <summary>The stem of a lower-case word; anything but letters a to z, and one or two letters, is its own stem.</summary>
    public static string Stem(string word)
    {
        if (word.Length < 3 || !word.All(char.IsAsciiLetterLower))
        {
            return word;
        }
        var stem = PastAndProgressive(Plural(word));
        stem = stem.EndsWith('y') && HasVowel(stem[..^1]) ? stem[..^1] + "i" : stem; // 1c
        stem = Replace(stem, Step2, left => Measure(left) > 0);
        stem = Replace(stem, Step3, left => Measure(left) > 0);
        stem = Replace(stem, Step4, left => Measure(left) > 1, ion: true);
        return FinalE(stem);
    }

    // 1a
    private static string Plural(string word) => word switch
    {
        _ when Ends(word, "sses") || Ends(word, "ies") => word[..^2],
        _ when Ends(word, "ss") => word,
        _ when Ends(word, "s") => word[..^1],
        _ => word,
    };

    // 1b
    private static string PastAndProgressive(string word)
    {
        if (Ends(word, "eed"))
        {
            return Measure(word[..^3]) > 0 ? word[..^1] : word;
        }
        var left = Ends(word, "ed") ? word[..^2] : Ends(word, "ing") ? word[..^3] : "";
        if (!HasVowel(left))
        {
            return word;
        }
        return left switch
        {
            _ when Ends(left, "at") || Ends(left, "bl") || Ends(left, "iz") => left + "e",
            _ when EndsInDouble(left) && left[^1] is not ('l' or 's' or 'z') => left[..^1],
            _ when Measure(left) == 1 && EndsShort(left) => left + "e",
            _ => left,
        };
    }

    // 2, 3 and 4: the longest suffix that fits decides, whether or not its condition holds.
    private static string Replace(string word, (string Suffix, string Replacement)[] rules, Func<string, bool> allows, bool ion = false)
    {
        var rule = Array.Find(rules, rule => Ends(word, rule.Suffix));
        if (rule.Suffix is null)
        {
            return word;
        }
        var left = word[..^rule.Suffix.Length];
        return allows(left) && (!ion || rule.Suffix != "ion" || Ends(left, "s") || Ends(left, "t")) ? left + rule.Replacement : word;
    }

    // 5
    private static string FinalE(string word)
    {
        if (Ends(word, "e") && (Measure(word[..^1]) > 1 || (Measure(word[..^1]) == 1 && !EndsShort(word[..^1]))))
        {
            word = word[..^1];
        }
        return Ends(word, "ll") && Measure(word) > 1 ? word[..^1] : word;
    }

    /// <summary>How often a vowel is followed by a consonant: m of [C](VC)^m[V].</summary>
    private static int Measure(string word) => Enumerable.Range(1, Math.Max(0, word.Length - 1)).Count(at => IsVowel(word, at - 1) && !IsVowel(word, at));

    private static bool HasVowel(string word) => Enumerable.Range(0, word.Length).Any(at => IsVowel(word, at));

    private static bool EndsInDouble(string word) => word.Length > 1 && word[^1] == word[^2] && !IsVowel(word, word.Length - 1);

    /// <summary>Consonant, vowel, consonant, the last none of w, x and y.</summary>
    private static bool EndsShort(string word) => word.Length > 2 && !IsVowel(word, word.Length - 3) && IsVowel(word, word.Length - 2)
        && !IsVowel(word, word.Length - 1) && word[^1] is not ('w' or 'x' or 'y');

    private static bool IsVowel(string word, int at) => word[at] is 'a' or 'e' or 'i' or 'o' or 'u' || (word[at] == 'y' && at > 0 && !IsVowel(word, at - 1));

    private static bool Ends(string word, string suffix) => word.EndsWith(suffix, StringComparison.Ordinal);

    private static (string Suffix, string Replacement)[] LongestFirst(params (string Suffix, string Replacement)[] rules) =>
        [.. rules.OrderByDescending(rule => rule.Suffix.Length)];
}
