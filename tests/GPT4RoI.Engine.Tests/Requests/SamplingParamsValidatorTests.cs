using System.Reflection;
using GPT4RoI.Engine.Requests;

namespace GPT4RoI.Engine.Tests.Requests;

public sealed class SamplingParamsValidatorTests
{
    private const int VocabularySize = 100;

    /// <summary>Property, value, field and a part of the message.</summary>
    public static TheoryData<string, object, string, string> Faults => new()
    {
        { nameof(SamplingParams.Temperature), -0.1f, "temperature", "from 0 to 10; it is -0.1" },
        { nameof(SamplingParams.Temperature), 10.5f, "temperature", "10.5" },
        { nameof(SamplingParams.Temperature), float.NaN, "temperature", "NaN" },
        { nameof(SamplingParams.Temperature), float.PositiveInfinity, "temperature", "Infinity" },
        { nameof(SamplingParams.TopK), -1, "top_k", "it is -1" },
        { nameof(SamplingParams.TopP), 0f, "top_p", "above 0 and at most 1" },
        { nameof(SamplingParams.TopP), 1.01f, "top_p", "1.01" },
        { nameof(SamplingParams.TopP), float.NaN, "top_p", "NaN" },
        { nameof(SamplingParams.MinP), -0.5f, "min_p", "from 0 to below 1" },
        { nameof(SamplingParams.MinP), 1f, "min_p", "it is 1" },
        { nameof(SamplingParams.RepetitionPenalty), 0f, "repetition_penalty", "above 0" },
        { nameof(SamplingParams.RepetitionPenalty), float.NaN, "repetition_penalty", "NaN" },
        { nameof(SamplingParams.PresencePenalty), 2.1f, "presence_penalty", "from -2 to 2" },
        { nameof(SamplingParams.FrequencyPenalty), float.NegativeInfinity, "frequency_penalty", "from -2 to 2" },
        { nameof(SamplingParams.MaxTokens), 0, "max_tokens", "1 or more" },
        { nameof(SamplingParams.TopLogprobs), 21, "top_logprobs", "from 0 to 20; it is 21" },
        { nameof(SamplingParams.Stop), Enumerable.Repeat("x", 17).ToArray(), "stop", "at most 16 texts; it is 17" },
        { nameof(SamplingParams.Stop), new[] { "x", "" }, "stop[1]", "it is 0" },
        { nameof(SamplingParams.Stop), new[] { new string('x', 65) }, "stop[0]", "it is 65" },
        { nameof(SamplingParams.StopTokenIds), Enumerable.Repeat(1, 65).ToArray(), "stop_token_ids", "at most 64 tokens" },
        { nameof(SamplingParams.StopTokenIds), new[] { 99, 100 }, "stop_token_ids[1]", "0 to 99; it is 100" },
        { nameof(SamplingParams.StopTokenIds), new[] { -1 }, "stop_token_ids[0]", "it is -1" },
        { nameof(SamplingParams.LogitBias), Enumerable.Range(0, 301).ToDictionary(id => id, _ => 1f), "logit_bias", "at most 300 tokens" },
        { nameof(SamplingParams.LogitBias), new Dictionary<int, float> { [100] = 1 }, "logit_bias[100]", "0 to 99" },
        { nameof(SamplingParams.LogitBias), new Dictionary<int, float> { [5] = 100.5f }, "logit_bias[5]", "from -100 to 100" },
        { nameof(SamplingParams.LogitBias), new Dictionary<int, float> { [5] = float.NaN }, "logit_bias[5]", "NaN" },
    };

    [Theory]
    [MemberData(nameof(Faults))]
    public void Validate_ValueOutsideItsLimits_NamesFieldLimitAndValue(string property, object value, string field, string message)
    {
        var rejection = SamplingParamsValidator.Validate(With(property, value), VocabularySize);

        Assert.NotNull(rejection);
        Assert.Equal(RejectionKind.Invalid, rejection.Kind);
        Assert.Equal("sampling." + field, rejection.Field);
        Assert.Contains(message, rejection.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Validate_EveryLimitReached_IsAccepted() =>
        Assert.Null(SamplingParamsValidator.Validate(
            new()
            {
                Temperature = 10,
                TopK = int.MaxValue,
                TopP = 1,
                MinP = 0.999f,
                RepetitionPenalty = 10,
                PresencePenalty = -2,
                FrequencyPenalty = 2,
                MaxTokens = 1,
                TopLogprobs = 20,
                Stop = [.. Enumerable.Repeat(new string('x', 64), 16)],
                StopTokenIds = [.. Enumerable.Range(0, 64)],
                LogitBias = new Dictionary<int, float> { [0] = -100, [99] = 100 },
            },
            VocabularySize));

    [Fact]
    public void Validate_Defaults_AreAccepted() => Assert.Null(SamplingParamsValidator.Validate(new(), VocabularySize));

    private static SamplingParams With(string property, object value)
    {
        var parameters = new SamplingParams();
        typeof(SamplingParams).GetProperty(property, BindingFlags.Public | BindingFlags.Instance)!.SetValue(parameters, value);
        return parameters;
    }
}
