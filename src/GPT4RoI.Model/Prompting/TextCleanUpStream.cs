using System.Text;

namespace GPT4RoI.Model.Prompting;

/// <summary><see cref="TextCleanUp"/> for text that arrives in parts: a chain of replacers, each holding back at most the beginning of its pattern.</summary>
internal sealed class TextCleanUpStream
{
    private readonly Replacer[] _stages;
    private readonly StringBuilder _output = new();

    public TextCleanUpStream()
    {
        _stages = new Replacer[TextCleanUp.Rules.Count];
        Action<char> next = c => _output.Append(c);
        for (var stage = _stages.Length - 1; stage >= 0; stage--)
        {
            _stages[stage] = new Replacer(TextCleanUp.Rules[stage].Pattern, TextCleanUp.Rules[stage].Replacement, next);
            next = _stages[stage].Put;
        }
    }

    /// <summary>Text that no later part can change.</summary>
    public string Append(StringBuilder text)
    {
        foreach (var chunk in text.GetChunks())
        {
            foreach (var c in chunk.Span)
            {
                _stages[0].Put(c);
            }
        }

        return Take();
    }

    /// <summary>What was held back.</summary>
    public string Flush()
    {
        foreach (var stage in _stages)
        {
            stage.Flush();
        }

        return Take();
    }

    private string Take()
    {
        var text = _output.ToString();
        _output.Clear();
        return text;
    }

    /// <summary>Replaces a pattern, leftmost match first, not overlapping (Knuth-Morris-Pratt).</summary>
    private sealed class Replacer(string pattern, string replacement, Action<char> next)
    {
        private readonly int[] _borders = Borders(pattern);
        private int _matched;

        public void Put(char c)
        {
            while (pattern[_matched] != c)
            {
                if (_matched == 0)
                {
                    next(c);
                    return;
                }

                var border = _borders[_matched];
                Emit(pattern.AsSpan(0, _matched - border));
                _matched = border;
            }

            if (++_matched == pattern.Length)
            {
                Emit(replacement);
                _matched = 0;
            }
        }

        public void Flush()
        {
            Emit(pattern.AsSpan(0, _matched));
            _matched = 0;
        }

        private void Emit(ReadOnlySpan<char> text)
        {
            foreach (var c in text)
            {
                next(c);
            }
        }

        // borders[n]: length of the longest proper prefix of the pattern's first n characters that is also their suffix.
        private static int[] Borders(string pattern)
        {
            var borders = new int[pattern.Length];
            for (var n = 2; n < pattern.Length; n++)
            {
                var length = n - 1;
                while (length > 0 && !pattern.AsSpan(0, n).EndsWith(pattern.AsSpan(0, length)))
                {
                    length--;
                }

                borders[n] = length;
            }

            return borders;
        }
    }
}
