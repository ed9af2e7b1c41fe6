using CsCheck;
using GPT4RoI.Training.Evaluation.Metrics;

namespace GPT4RoI.Training.Tests.Evaluation.Metrics;

public sealed class MeteorAlignmentTests
{
    private static readonly Gen<string[]> Words = Gen.Char['a', 'c'].Select(letter => letter.ToString()).Array[0, 6];

    [Fact]
    public void Find_FewWordsOften_IsTheBestOfAllPairings() => Gen.Select(Words, Words).Sample(
        (candidate, reference) =>
        {
            var (matches, chunks) = Best(candidate, reference, 0, [], NoPlace);
            Assert.Equal(new MeteorAlignment(matches, chunks), MeteorAlignment.Find(candidate, reference));
        },
        iter: 2000, seed: "0000KOIPe643");

    [Fact]
    public void Find_ManyEqualWords_IsOneChunk()
    {
        var words = Enumerable.Repeat("a", 64).ToArray();

        Assert.Equal(new MeteorAlignment(64, 1), MeteorAlignment.Find(words, words));
    }

    private const int NoPlace = -2;

    // Leaves each word out or gives it any free place, and counts.
    private static (int Matches, int Chunks) Best(string[] candidate, string[] reference, int at, HashSet<int> used, int last)
    {
        if (at == candidate.Length)
        {
            return (0, 0);
        }
        var best = Best(candidate, reference, at + 1, used, NoPlace);
        for (var place = 0; place < reference.Length; place++)
        {
            if (reference[place] == candidate[at] && used.Add(place))
            {
                var rest = Best(candidate, reference, at + 1, used, place);
                var one = (Matches: rest.Matches + 1, Chunks: rest.Chunks + (place == last + 1 && last >= 0 ? 0 : 1));
                best = one.Matches > best.Matches || (one.Matches == best.Matches && one.Chunks < best.Chunks) ? one : best;
                used.Remove(place);
            }
        }
        return best;
    }
}
