using GPT4RoI.Training.Evaluation.Tasks;

namespace GPT4RoI.Training.Evaluation;

/// <summary>The literature's figures for GPT4RoI.</summary>
public static class PublishedResults
{
    private const string Paper = "GPT4RoI paper, version 5", Reproduction = "xk-huang/benchmark-referring-vllm";
    private const string ReleasedWeights = "GPT4RoI-7B-delta-V0";

    private static readonly PublishedResult[] All =
    [
        Vcr("GPT4RoI-7B", "validation, fine-tuned on VCR", 87.4, 89.6, 78.6),
        Vcr("GPT4RoI-13B", "test, fine-tuned on VCR", 89.4, 91.0, 81.6),
        Vcr("human", "as quoted there", 91.0, 93.0, 85.0),
        Caption("GPT4RoI-7B", "Visual Genome, not fine-tuned", 10.5, 16.5, 33.4, 134.5),
        Caption("GPT4RoI-7B", "Visual Genome, fine-tuned", 11.5, 17.4, 35.0, 145.2),
        Caption("GPT4RoI-13B", "Visual Genome, fine-tuned", 11.7, 17.6, 35.2, 146.8),
        Reproduced("Visual Genome", 16.4, 112.3),
        Reproduced("RefCOCOg val", 23.1, 108.0),
        Reproduced("RefCOCO testA", 25.5, 25.3),
        Reproduced("RefCOCO testB", 25.7, 53.4),
        Reproduced("RefCOCO+ testA", 27.4, 26.5),
        Reproduced("RefCOCO+ testB", 23.5, 44.1),
        Visual7W("GPT4RoI-7B", 81.83),
        Visual7W("GPT4RoI-13B", 84.82),
    ];

    /// <summary>What was published for a task; empty if nothing was.</summary>
    public static IReadOnlyList<PublishedResult> For(string task) => [.. All.Where(result => result.Task == task)];

    private static PublishedResult Vcr(string model, string setting, double answer, double reason, double both) => new(
        VcrTask.Name, model, setting, $"{Paper}, table 8",
        new Dictionary<string, double> { [VcrTask.AnswerScore] = answer, [VcrTask.ReasonScore] = reason, [VcrTask.BothScore] = both });

    private static PublishedResult Caption(string model, string setting, double bleu, double meteor, double rouge, double cider) => new(
        CaptionTask.Name, model, setting, $"{Paper}, table 7",
        new Dictionary<string, double>
        {
            [CaptionTask.Bleu4Score] = bleu,
            [CaptionTask.MeteorScore] = meteor,
            [CaptionTask.RougeScore] = rouge,
            [CaptionTask.CiderScore] = cider,
        });

    private static PublishedResult Reproduced(string setting, double meteor, double cider) => new(
        CaptionTask.Name, ReleasedWeights, setting, Reproduction,
        new Dictionary<string, double> { [CaptionTask.MeteorScore] = meteor, [CaptionTask.CiderScore] = cider });

    private static PublishedResult Visual7W(string model, double accuracy) => new(
        Visual7WTask.Name, model, "Visual-7W", "quoted in the ViP-LLaVA paper",
        new Dictionary<string, double> { [Visual7WTask.AccuracyScore] = accuracy });
}
