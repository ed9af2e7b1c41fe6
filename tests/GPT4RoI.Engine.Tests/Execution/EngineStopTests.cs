using GPT4RoI.Engine.Requests;
using GPT4RoI.Model.Prompting;
using static GPT4RoI.Engine.Tests.Scheduling.Requests;

namespace GPT4RoI.Engine.Tests.Execution;

public sealed class EngineStopTests
{
    private const string RequestId = "scripted";

    [Fact]
    public async Task EndOfSequence_EndsTheAnswer()
    {
        var words = Words("It is a cat.");
        var result = await Run([.. words, EngineHarness.Tokenizer.Special.Eos, 400], sampling: new());

        Assert.Equal((FinishReason.Stop, words.Length + 1), (result.Reason, result.Tokens.Length));
        Assert.Equal("It is a cat.", result.Text.Trim());
    }

    [Fact]
    public async Task EndOfSequence_Ignored_GoesOnToMaxTokens()
    {
        var result = await Run(
            [EngineHarness.Tokenizer.Special.Eos, .. Words("one ### two"), EngineHarness.Tokenizer.Special.Eos],
            new SamplingParams { IgnoreEos = true, MaxTokens = 30 });

        Assert.Equal((FinishReason.Length, 30), (result.Reason, result.Tokens.Length));
        Assert.Contains("###", result.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task TemplateSeparator_EndsTheAnswerAndIsNoPartOfIt()
    {
        var words = Words("It is a cat.\n###");
        var result = await Run([.. words, 400, 401], sampling: new());

        Assert.Equal((FinishReason.Stop, words.Length), (result.Reason, result.Tokens.Length));
        Assert.Equal("It is a cat.\n", result.Text.TrimStart());
    }

    [Fact]
    public async Task StopText_BeginsButDoesNotComplete_IsGivenOutInTheEnd()
    {
        var words = Words("a ## b ##");
        var result = await Run(words, new SamplingParams { MaxTokens = words.Length });

        Assert.Equal((FinishReason.Length, "a ## b ##"), (result.Reason, result.Text.Trim()));
    }

    [Fact]
    public async Task StopTextOfTheRequest_EndsTheAnswer()
    {
        var result = await Run(Words("one two three"), new SamplingParams { Stop = ["two"] });

        Assert.Equal((FinishReason.Stop, "one"), (result.Reason, result.Text.Trim()));
    }

    [Fact]
    public async Task StopToken_EndsTheAnswerWithoutItsText()
    {
        var words = Words("one two three");
        var result = await Run([.. words, 400], new SamplingParams { StopTokenIds = [words[^1]] });

        Assert.Equal(FinishReason.Stop, result.Reason);
        Assert.Equal(words, result.Tokens);
        Assert.Equal(Decode(words[..^1]), result.Text);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(40)]
    public async Task MaxTokens_EndsTheAnswer(int maxTokens)
    {
        var result = await Run([], new SamplingParams { MaxTokens = maxTokens });

        Assert.Equal((FinishReason.Length, maxTokens), (result.Reason, result.Tokens.Length));
        Assert.Equal(Decode(result.Tokens), result.Text);
    }

    [Fact]
    public async Task ModelLength_EndsTheAnswer()
    {
        var result = await Run([], new SamplingParams { MaxTokens = 1000 }, options => options.MaxModelLength = 50);

        Assert.Equal((FinishReason.Length, 48), (result.Reason, result.Tokens.Length));
    }

    [Fact]
    public async Task Text_NeverHoldsHalfACharacter()
    {
        var bytes = Words("żółw 猫🐈");
        using var engine = new EngineHarness(Scripted(bytes));
        var stream = engine.Submit(Request(new SamplingParams { MaxTokens = bytes.Length }));
        var texts = new List<string>();
        var events = stream.GetAsyncEnumerator(TestContext.Current.CancellationToken);
        while (engine.Core.Step())
        {
            Assert.True(await events.MoveNextAsync());
            if (events.Current is PrefillStarted)
                Assert.True(await events.MoveNextAsync());
            texts.Add(Assert.IsType<TokensGenerated>(events.Current).Text);
        }

        Assert.DoesNotContain(texts, text => text.Contains('\uFFFD', StringComparison.Ordinal) || (text.Length > 0 && char.IsHighSurrogate(text[^1])));
        Assert.Equal(Decode(bytes), string.Concat(texts));
        await events.DisposeAsync();
    }

    private static Task<Generation> Run(int[] script, SamplingParams sampling, Action<LlmEngineOptions>? configure = null) =>
        RunAsync(script, sampling with { Temperature = 0, MaxTokens = Math.Min(sampling.MaxTokens, 200) }, configure);

    private static async Task<Generation> RunAsync(int[] script, SamplingParams sampling, Action<LlmEngineOptions>? configure)
    {
        using var engine = new EngineHarness(Scripted(script), configure);
        return Assert.Single(await engine.RunAsync(Request(sampling)));
    }

    private static FakeRunner Scripted(int[] script) => new() { Script = { [RequestId] = script } };

    private static GenerationRequest Request(SamplingParams sampling) => Of([30, 31], 1, id: RequestId) with { Sampling = sampling };

    private static int[] Words(string text) => EngineHarness.Tokenizer.EncodePlain(new UserText(text));

    private static string Decode(int[] tokens) => EngineHarness.Tokenizer.Decode(tokens, skipSpecial: true);
}
