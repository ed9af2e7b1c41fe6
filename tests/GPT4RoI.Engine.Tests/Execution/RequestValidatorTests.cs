using GPT4RoI.Engine.Requests;
using static GPT4RoI.Engine.Tests.Scheduling.Requests;

namespace GPT4RoI.Engine.Tests.Execution;

public sealed class RequestValidatorTests
{
    private static readonly GenerationRequest Good = Of([30, 31, 32, 33, 34, 35], 4) with
    {
        Spans = [Span(1, 2, SpanKind.Image, 6), Span(4, 1, SpanKind.Region, 2)],
    };

    public static TheoryData<string, GenerationRequest> Wrong => new()
    {
        { "prompt_token_ids", Good with { PromptTokenIds = [], Spans = [] } },
        { "prompt_token_ids[1]", Good with { PromptTokenIds = [30, FakeRunner.Vocabulary], Spans = [] } },
        { "prompt_token_ids[0]", Good with { PromptTokenIds = [-1], Spans = [] } },
        { "resume_token_ids[0]", Good with { ResumeTokenIds = [9999] } },
        { "resume_token_ids", Good with { ResumeTokenIds = [30, 31, 32, 33, 34] } },
        { "sampling.temperature", Good with { Sampling = new SamplingParams { Temperature = float.NaN } } },
        { "spans[1]", Good with { Spans = [Good.Spans[1], Good.Spans[0]] } },
        { "spans[0]", Good with { Spans = [Span(5, 2, SpanKind.Image, 6)] } },
        { "spans[0]", Good with { Spans = [Span(int.MaxValue, 2, SpanKind.Image, 6)] } },
        { "spans[0]", Good with { Spans = [Span(2, int.MaxValue, SpanKind.Image, 6)] } },
        { "spans[0]", Good with { Spans = [Span(-1, 2, SpanKind.Image, 6)] } },
        { "spans[0].length", Good with { Spans = [Span(1, 2, SpanKind.Region, 4)] } },
        { "spans[0].values", Good with { Spans = [Span(1, 2, SpanKind.Image, 5)] } },
        { "spans[0].values", Good with { Spans = [Span(1, 1, SpanKind.Region, 2) with { Values = new[] { 1f, float.NaN } }] } },
    };

    [Theory]
    [MemberData(nameof(Wrong), DisableDiscoveryEnumeration = true)]
    public void TrySubmit_WrongRequest_NamesTheField(string field, GenerationRequest request)
    {
        using var engine = new EngineHarness(new FakeRunner());

        var rejection = engine.Refuse(request);

        Assert.Equal((RejectionKind.Invalid, field), (rejection.Kind, rejection.Field));
    }

    [Fact]
    public async Task TrySubmit_GoodSpans_IsAccepted()
    {
        using var engine = new EngineHarness(new FakeRunner());
        Assert.Equal(FinishReason.Length, Assert.Single(await engine.RunAsync(Good)).Reason);
    }

    [Theory]
    [InlineData(49, true)]
    [InlineData(50, false)]
    public void TrySubmit_PromptLeavesNoRoomForAToken_IsTooLong(int prompt, bool accepted)
    {
        using var engine = new EngineHarness(new FakeRunner(), options => options.MaxModelLength = 50);
        var request = Of([.. Enumerable.Repeat(30, prompt)], 1000);

        if (accepted)
            engine.Submit(request);
        else
            Assert.Equal((RejectionKind.TooLong, "prompt_token_ids"), (engine.Refuse(request).Kind, engine.Refuse(request).Field));
    }

    [Theory]
    [InlineData(1.0, 31, true)]
    [InlineData(1.0, 32, false)]
    [InlineData(0.5, 15, true)]
    [InlineData(0.5, 16, false)]
    public void TrySubmit_AnswerCanNeverFitTheCache_IsTooLong(double share, int maxTokens, bool accepted)
    {
        using var engine = new EngineHarness(new FakeRunner(blocks: 8), options => options.TenantKvShare = share);
        var request = Of([30, 31], maxTokens);

        if (accepted)
            engine.Submit(request);
        else
            Assert.Equal((RejectionKind.TooLong, "sampling.max_tokens"), (engine.Refuse(request).Kind, engine.Refuse(request).Field));
    }

    [Fact]
    public void TrySubmit_QueueFull_IsRefusedUntilOneIsAdmitted()
    {
        using var engine = new EngineHarness(new FakeRunner(), options => (options.MaxWaiting, options.MaxWaitingPerTenant) = (3, 2));
        engine.Submit(Of([30], 4, tenant: "a"));
        engine.Submit(Of([30], 4, tenant: "a"));
        Assert.Equal(RejectionKind.QueueFull, engine.Refuse(Of([30], 4, tenant: "a")).Kind);
        engine.Submit(Of([30], 4, tenant: "b"));
        Assert.Equal(RejectionKind.QueueFull, engine.Refuse(Of([30], 4, tenant: "c")).Kind);

        engine.Core.Step();

        engine.Submit(Of([30], 4, tenant: "a"));
    }

    private static EmbeddingSpan Span(int offset, int length, SpanKind kind, int values) =>
        new(offset, length, kind, new ContentKey(9, 9, 9, 9), new float[values]);
}
