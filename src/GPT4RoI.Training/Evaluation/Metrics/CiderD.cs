namespace GPT4RoI.Training.Evaluation.Metrics;

/// <summary>
/// CIDEr-D (Vedantam et al. 2015) as coco-caption scores it: cosine of tf-idf vectors of runs of 1 to 4 words, the caption's counts clipped to the
/// reference's, a Gaussian penalty (σ = 6) on the difference in length, averaged over references and orders, times 10. How telling a run is comes
/// from the references of this very corpus, so a corpus of one caption scores 0 and figures of different corpora do not compare.
/// </summary>
internal static class CiderD
{
    private const double Sigma = 6, Scale = 10;

    /// <summary>The mean over captions, 0..10.</summary>
    public static double Score(IReadOnlyList<CaptionPair> pairs) => Enumerable.Range(1, NGrams.Longest).Average(order => Score(pairs, order));

    private static double Score(IReadOnlyList<CaptionPair> pairs, int order)
    {
        var references = pairs.Select(pair => pair.References.Select(reference => NGrams.Count(reference, order)).ToArray()).ToArray();
        var documents = references.SelectMany(counts => counts.SelectMany(one => one.Keys).Distinct()).CountBy(run => run).ToDictionary();
        var corpus = Math.Log(pairs.Count);
        return pairs.Zip(references).Average(both =>
        {
            var (pair, counts) = both;
            var candidate = Weigh(NGrams.Count(pair.Candidate, order));
            return pair.References.Zip(counts).Average(reference =>
            {
                double difference = pair.Candidate.Count - reference.First.Count;
                return Scale * Math.Exp(-difference * difference / (2 * Sigma * Sigma)) * Similarity(candidate, Weigh(reference.Second));
            });
        });

        Dictionary<string, double> Weigh(Dictionary<string, int> runs) => runs.ToDictionary(
            run => run.Key, run => run.Value * (corpus - Math.Log(Math.Max(1, documents.GetValueOrDefault(run.Key)))));
    }

    private static double Similarity(Dictionary<string, double> candidate, Dictionary<string, double> reference)
    {
        var norms = Norm(candidate) * Norm(reference);
        return norms == 0 ? 0 : candidate.Sum(run => reference.TryGetValue(run.Key, out var weight) ? Math.Min(run.Value, weight) * weight : 0) / norms;
    }

    private static double Norm(Dictionary<string, double> vector) => Math.Sqrt(vector.Values.Sum(weight => weight * weight));
}
