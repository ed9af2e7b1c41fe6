using GPT4RoI.Engine.Execution.Sampling;

namespace GPT4RoI.Engine.Tests.Sampling;

public sealed class GoldenSamplingTests
{
    [Theory]
    [InlineData("sampling", "T0.2_topk50", 0.2f, 50)]
    [InlineData("sampling2", "T0.2_topk50", 0.2f, 50)]
    [InlineData("sampling2", "T1.0_topk50", 1f, 50)]
    [InlineData("sampling2", "T1.0_topk5", 1f, 5)]
    public void Probabilities_RecordedLogits_AreThoseOfTheAuthorsGenerate(string input, string output, float temperature, int topK)
    {
        var logits = GoldenFiles.ReadCase("prompts", $"{input}.input_logits");
        var expected = GoldenFiles.ReadCase("prompts", $"{input}.probs_{output}");
        var probabilities = new float[logits.Length];

        new Sampler(logits.Length).Probabilities(logits, new() { Temperature = temperature, TopK = topK }, new([]), probabilities);

        Assert.Equal(expected.Select(p => p > 0), probabilities.Select(p => p > 0));
        Assert.InRange(expected.Zip(probabilities, (a, b) => Math.Abs(a - b)).Max(), 0, 1e-6);
    }
}
