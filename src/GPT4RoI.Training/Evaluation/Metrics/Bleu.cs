namespace GPT4RoI.Training.Evaluation.Metrics;

/// <summary>
/// BLEU-1 to BLEU-4 of a corpus (Papineni et al. 2002) as coco-caption scores it: counts are summed over all captions before dividing, each run of
/// words counts at most as often as in the reference that has it most often, and the brevity penalty compares with the reference nearest in
/// length, the shorter of two equally near ones. Without smoothing: an order with no match makes it 0.
/// </summary>
internal static class Bleu
{
    /// <summary>BLEU of orders 1 to 4, each 0..1.</summary>
    public static double[] Score(IReadOnlyList<CaptionPair> pairs)
    {
        double length = pairs.Sum(pair => pair.Candidate.Count);
        double wanted = pairs.Sum(NearestLength);
        var brevity = length >= wanted ? 1 : Math.Exp(1 - (wanted / length));
        var scores = new double[NGrams.Longest];
        var product = 1.0;
        for (var order = 1; order <= NGrams.Longest; order++)
        {
            double right = pairs.Sum(pair => Matches(pair, order));
            product *= right == 0 ? 0 : right / pairs.Sum(pair => Math.Max(0, pair.Candidate.Count - order + 1));
            scores[order - 1] = product == 0 ? 0 : brevity * Math.Pow(product, 1.0 / order);
        }
        return scores;
    }

    private static int NearestLength(CaptionPair pair) =>
        pair.References.Select(reference => reference.Count).MinBy(length => (Math.Abs(length - pair.Candidate.Count), length));

    private static int Matches(CaptionPair pair, int order)
    {
        var references = pair.References.Select(reference => NGrams.Count(reference, order)).ToArray();
        return NGrams.Count(pair.Candidate, order).Sum(run => Math.Min(run.Value, references.Max(counts => counts.GetValueOrDefault(run.Key))));
    }
}
