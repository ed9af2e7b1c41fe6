using GPT4RoI.Gateway.Admission;

namespace GPT4RoI.Gateway.Tests.Admission;

/// <summary>Questions, ids, pages and sampling parameters.</summary>
public sealed class RequestRulesTests
{
    [Fact]
    public void Ask_QuestionLength_CountsCharactersNotCodeUnits()
    {
        Assert.Equal("QUESTION_EMPTY", QuestionRules.Ask("")?.Reason);
        Assert.Null(QuestionRules.Ask(new string('a', 8000)));
        Assert.Null(QuestionRules.Ask(string.Concat(Enumerable.Repeat("🦙", 8000))));
        var error = QuestionRules.Ask(new string('a', 8001));
        Assert.Equal(("question", "QUESTION_TOO_LONG"), (error?.Field, error?.Reason));
        Assert.Contains("8001", error?.Message);
        Assert.Contains("8000", error?.Message);
    }

    [Theory]
    [InlineData("", true)]
    [InlineData("What is <region>?", true)]
    [InlineData("What is it?", false)]
    [InlineData("<region> or <region>", false)]
    [InlineData("<region1>", false)]
    public void Describe_Question_HoldsTheRegionOnce(string question, bool valid) => Assert.Equal(valid, QuestionRules.Describe(question) is null);

    [Theory]
    [InlineData("0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef", true)]
    [InlineData("0123456789ABCDEF0123456789abcdef0123456789abcdef0123456789abcdef", false)]
    [InlineData("0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef\n", false)]
    [InlineData("other-tenant:0123", false)]
    [InlineData("", false)]
    public void Image_Id_MustBeOfTheServersForm(string id, bool valid) => Assert.Equal(valid, IdRules.Image(id) is null);

    [Theory]
    [InlineData("c-01234567-0123456789abcdef0123456789abcdef", true)]
    [InlineData("c-01234567-0123456789abcdef0123456789abcdef\n", false)]
    [InlineData("../c-01234567-0123456789abcdef0123456789abcdef", false)]
    [InlineData("other/c-01234567-0123456789abcdef0123456789abcdef", false)]
    [InlineData("", false)]
    public void Conversation_Id_MustBeOfTheServersForm(string id, bool valid) => Assert.Equal(valid, IdRules.Conversation(id) is null);

    [Theory]
    [InlineData(-1, false)]
    [InlineData(0, true)]
    [InlineData(100, true)]
    [InlineData(101, false)]
    public void Size_OfPage_IsBounded(int size, bool valid) => Assert.Equal(valid, PageRules.Size(size) is null);

    [Theory]
    [InlineData("temperature", """{"temperature": "NaN"}""")]
    [InlineData("temperature", """{"temperature": -0.1}""")]
    [InlineData("temperature", """{"temperature": 10.1}""")]
    [InlineData("top_k", """{"topK": -1}""")]
    [InlineData("top_p", """{"topP": 0}""")]
    [InlineData("top_p", """{"topP": "Infinity"}""")]
    [InlineData("min_p", """{"minP": 1}""")]
    [InlineData("repetition_penalty", """{"repetitionPenalty": 0}""")]
    [InlineData("presence_penalty", """{"presencePenalty": 2.1}""")]
    [InlineData("frequency_penalty", """{"frequencyPenalty": -2.1}""")]
    [InlineData("max_tokens", """{"maxTokens": 0}""")]
    [InlineData("top_logprobs", """{"topLogprobs": 21}""")]
    [InlineData("stop[1]", """{"stop": ["x", ""]}""")]
    [InlineData("stop[0]", """{"stop": ["0123456789012345678901234567890123456789012345678901234567890123x"]}""")]
    [InlineData("logit_bias[7]", """{"logitBias": {"7": 101}}""")]
    [InlineData("logit_bias[7]", """{"logitBias": {"7": "NaN"}}""")]
    public void Check_BadSampling_NamesTheField(string field, string sampling)
    {
        var error = SamplingRules.Check(V1.SamplingParams.Parser.ParseJson(sampling));
        Assert.Equal($"sampling.{field}", error?.Field);
        Assert.Equal("SAMPLING_OUT_OF_RANGE", error?.Reason);
    }

    [Fact]
    public void Check_TooManyEntries_NamesLimitAndCount()
    {
        var stops = SamplingRules.Check(new() { Stop = { Enumerable.Repeat("x", 17) } });
        Assert.Equal("sampling.stop has 17 entries; the limit is 16.", stops?.Message);
        var tokens = SamplingRules.Check(new() { StopTokenIds = { Enumerable.Range(0, 301) } });
        Assert.Equal("sampling.stop_token_ids", tokens?.Field);
        var biases = SamplingRules.Check(new() { LogitBias = { Enumerable.Range(0, 301).ToDictionary(i => i, _ => 0f) } });
        Assert.Equal("sampling.logit_bias has 301 entries; the limit is 300.", biases?.Message);
    }

    [Fact]
    public void Check_SamplingAtItsBounds_Passes()
    {
        Assert.Null(SamplingRules.Check(null));
        Assert.Null(SamplingRules.Check(new()));
        Assert.Null(SamplingRules.Check(new() { Temperature = 0, TopK = 0, TopP = 1, MinP = 0, PresencePenalty = -2, FrequencyPenalty = 2, MaxTokens = 1, TopLogprobs = 20 }));
        Assert.Null(SamplingRules.Check(new() { Stop = { Enumerable.Repeat(new string('x', 64), 16) }, LogitBias = { [0] = -100, [1] = 100 } }));
    }
}
