using GPT4RoI.Training.Evaluation.Data;
using GPT4RoI.Training.Evaluation.Metrics;

namespace GPT4RoI.Training.Evaluation.Tasks;

/// <summary>
/// Region captioning on Visual Genome or RefCOCOg: one conversation per region, its one answer scored against everything written about the region.
/// </summary>
public sealed class CaptionTask(string path, string images, int limit) : IEvaluationTask
{
    /// <summary>Names the task.</summary>
    public const string Name = "caption";

    internal const string Bleu4Score = "BLEU-4", MeteorScore = "METEOR", RougeScore = "ROUGE-L", CiderScore = "CIDEr-D";

    private const int MaxTokens = 64;
    private const string Protocol = "Figures × 100, one short description per given box, words as coco-caption counts them. METEOR matches equal words and "
        + "stems only, with its classic parameters; METEOR 1.5, which coco-caption runs, also matches synonyms and paraphrases, so the two do not compare.";

    /// <inheritdoc/>
    public async Task<EvaluationReport> RunAsync(IRegionAnswerer answerer, EvaluationPace pace, CancellationToken cancellationToken)
    {
        var data = new CaptionReader(path, images).Read(limit);
        var (done, failed) = await pace.AskAllAsync(
            data.Records, record => record.Where,
            (record, token) => answerer.AnswerAsync(EvaluationImage.FromFile(record.Image), [Question(record)], token),
            cancellationToken).ConfigureAwait(false);
        CaptionPair[] pairs = [.. done.Select(entry => new CaptionPair(
            CaptionTokenizer.Tokenize(entry.Result[0]), [.. entry.Record.Captions.Select(CaptionTokenizer.Tokenize)]))];
        return new(
            Name, answerer.Name, Path.GetFileName(path), Protocol, data.Records.Count, Scores(pairs), failed, data.Skipped, PublishedResults.For(Name));
    }

    private static RegionQuestion Question(CaptionRecord record) => new($"Give a short description of {record.Region.Mention}.", [record.Region], MaxTokens);

    private static EvaluationScore[] Scores(CaptionPair[] pairs)
    {
        var bleu = pairs.Length == 0 ? [] : Bleu.Score(pairs);
        return
        [
            .. Enumerable.Range(1, NGrams.Longest).Select(order => Score($"BLEU-{order}", _ => bleu[order - 1])),
            Score(MeteorScore, Meteor.Score), Score(RougeScore, RougeL.Score), Score(CiderScore, CiderD.Score),
        ];

        EvaluationScore Score(string name, Func<CaptionPair[], double> metric) => new(name, pairs.Length == 0 ? null : 100 * metric(pairs), pairs.Length);
    }
}
