using System.Numerics.Tensors;
using GPT4RoI.Engine.Requests;
using GPT4RoI.Engine.Scheduling;

namespace GPT4RoI.Engine.Execution;

/// <summary>Refuses at once what is wrong or can never fit. Reads the request and sizes only, so any thread may call it.</summary>
internal sealed class RequestValidator(SchedulerOptions options, RunnerShape shape)
{
    /// <summary>Prompt and output tokens of the request at most: its own limit, cut to the model's length.</summary>
    public int MaxLength(GenerationRequest request) =>
        (int)Math.Min((long)request.PromptTokenIds.Count + request.Sampling.MaxTokens, options.MaxModelLength);

    /// <summary>The first fault, or null.</summary>
    public Rejection? Validate(GenerationRequest request) =>
        CheckTokens(request.PromptTokenIds, "prompt_token_ids")
        ?? CheckTokens(request.ResumeTokenIds, "resume_token_ids")
        ?? SamplingParamsValidator.Validate(request.Sampling, shape.VocabularySize)
        ?? CheckLength(request)
        ?? CheckSpans(request);

    private Rejection? CheckTokens(IReadOnlyList<int> tokens, string field)
    {
        for (var i = 0; i < tokens.Count; i++)
        {
            if ((uint)tokens[i] >= (uint)shape.VocabularySize)
                return Invalid($"{field}[{i}]", $"Token ids must be from 0 to {shape.VocabularySize - 1}; this one is {tokens[i]}.");
        }
        return null;
    }

    private Rejection? CheckLength(GenerationRequest request)
    {
        var prompt = request.PromptTokenIds.Count;
        if (prompt == 0)
            return Invalid("prompt_token_ids", "The prompt must hold at least 1 token; it is empty.");
        if (prompt >= options.MaxModelLength)
            return TooLong("prompt_token_ids", $"Prompt and answer may take {options.MaxModelLength} tokens; the prompt alone takes {prompt}.");
        var maxLength = MaxLength(request);
        if (request.ResumeTokenIds.Count > maxLength - prompt)
            return Invalid("resume_token_ids", $"The answer may take {maxLength - prompt} tokens; {request.ResumeTokenIds.Count} are given to resume from.");
        return Scheduler.CanEverFit(options, maxLength)
            ? null
            : TooLong("sampling.max_tokens", $"Prompt and answer may hold {LargestSequence} tokens in the cache; this prompt takes {prompt} and the answer may take {maxLength - prompt}.");
    }

    private Rejection? CheckSpans(GenerationRequest request)
    {
        var end = 0;
        for (var i = 0; i < request.Spans.Count; i++)
        {
            var span = request.Spans[i];
            if (span.Offset < end || span.Length < 1 || span.Length > request.PromptTokenIds.Count - span.Offset)
                return Invalid($"spans[{i}]", $"Spans must be in order, apart, and inside the prompt's {request.PromptTokenIds.Count} tokens; this one is {span.Offset}+{span.Length}.");
            if (span.Kind == SpanKind.Region && span.Length != 1)
                return Invalid($"spans[{i}].length", $"A region takes 1 token; this span has {span.Length}.");
            var floats = span.Length * (span.Kind == SpanKind.Region ? shape.RegionRowSize : shape.ImageRowSize);
            if (span.Values.Length != floats)
                return Invalid($"spans[{i}].values", $"The span needs {floats} values; it has {span.Values.Length}.");
            if (!TensorPrimitives.IsFiniteAll(span.Values.Span))
                return Invalid($"spans[{i}].values", "The span's values must be finite; they hold a NaN or an infinity.");
            end = span.Offset + span.Length;
        }
        return null;
    }

    private int LargestSequence => Math.Min(options.Blocks, options.TenantBlocks) * options.BlockSize;

    private static Rejection Invalid(string field, string message) => new(RejectionKind.Invalid, field, message);

    private static Rejection TooLong(string field, string message) => new(RejectionKind.TooLong, field, message);
}
