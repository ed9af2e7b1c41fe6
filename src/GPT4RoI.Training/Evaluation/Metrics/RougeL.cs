namespace GPT4RoI.Training.Evaluation.Metrics;

/// <summary>
/// ROUGE-L (Lin 2004) as coco-caption scores it: the longest common subsequence against caption and reference, the best precision and the best
/// recall of any reference, joined with β = 1.2; the mean over captions.
/// </summary>
internal static class RougeL
{
    private const double Beta2 = 1.2 * 1.2;

    /// <summary>0..1.</summary>
    public static double Score(IReadOnlyList<CaptionPair> pairs) => pairs.Average(Score);

    private static double Score(CaptionPair pair)
    {
        var common = pair.References.Select(reference => (Length: (double)CommonLength(pair.Candidate, reference), reference.Count)).ToArray();
        if (common.All(one => one.Length == 0))
        {
            return 0;
        }
        var precision = common.Max(one => one.Length) / pair.Candidate.Count;
        var recall = common.Max(one => one.Count == 0 ? 0 : one.Length / one.Count);
        return (1 + Beta2) * precision * recall / (recall + (Beta2 * precision));
    }

    private static int CommonLength(IReadOnlyList<string> one, IReadOnlyList<string> other)
    {
        var row = new int[other.Count + 1]; // of the words of one so far and the first k of other
        foreach (var word in one)
        {
            var diagonal = 0;
            for (var k = 1; k < row.Length; k++)
            {
                (diagonal, row[k]) = (row[k], word == other[k - 1] ? diagonal + 1 : Math.Max(row[k], row[k - 1]));
            }
        }
        return row[^1];
    }
}
