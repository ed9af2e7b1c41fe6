namespace GPT4RoI.Training.Evaluation.Metrics;

/// <summary>
/// METEOR (Banerjee and Lavie 2005) with its modules "exact" and "porter_stem" and its classic parameters: F = 10PR / (R + 9P), penalty
/// 0.5 (chunks / matches)³. METEOR 1.5, which coco-caption runs, also matches synonyms and paraphrases and weighs function words less, from tables
/// that are not part of this program; its tuned parameters mean nothing without them. So figures here do not compare
/// with METEOR 1.5's. As there, each caption is scored against its best reference, and the statistics of all captions are summed before scoring.
/// </summary>
internal static class Meteor
{
    private const double Alpha = 0.9, Beta = 3, Gamma = 0.5;

    /// <summary>0..1.</summary>
    public static double Score(IReadOnlyList<CaptionPair> pairs) => pairs.Select(Best).Aggregate((sum, next) => sum + next).Score;

    private static Statistics Best(CaptionPair pair)
    {
        var stems = pair.Candidate.Select(PorterStemmer.Stem).ToArray();
        return pair.References.Select(reference =>
        {
            var alignment = MeteorAlignment.Find(stems, [.. reference.Select(PorterStemmer.Stem)]);
            return new Statistics(alignment.Matches, alignment.Chunks, stems.Length, reference.Count);
        }).MaxBy(statistics => statistics.Score);
    }

    private readonly record struct Statistics(int Matches, int Chunks, int CandidateLength, int ReferenceLength)
    {
        public double Score
        {
            get
            {
                if (Matches == 0)
                {
                    return 0;
                }
                var (precision, recall) = ((double)Matches / CandidateLength, (double)Matches / ReferenceLength);
                var mean = precision * recall / ((Alpha * precision) + ((1 - Alpha) * recall));
                return mean * (1 - (Gamma * Math.Pow((double)Chunks / Matches, Beta)));
            }
        }

        public static Statistics operator +(Statistics one, Statistics other) => new(
            one.Matches + other.Matches, one.Chunks + other.Chunks, one.CandidateLength + other.CandidateLength,
            one.ReferenceLength + other.ReferenceLength);
    }
}
