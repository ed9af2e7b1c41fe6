using System.Diagnostics.CodeAnalysis;
using GPT4RoI.Engine.Requests;
using GPT4RoI.Engine.Scheduling;
using GPT4RoI.Model.Prompting;

namespace GPT4RoI.Engine.Execution;

/// <summary>What a submission does on its caller's thread: everything that needs no decision of the step thread.</summary>
/// <param name="limits">The scheduler's limits.</param>
/// <param name="shape">The runner's sizes.</param>
/// <param name="inbox">Where accepted requests go.</param>
/// <param name="tokenizer">Decodes what is generated.</param>
/// <param name="templateStop">Text that ends every answer: the prompt template's separator.</param>
/// <param name="time">The clock.</param>
internal sealed class RequestIntake(
    SchedulerOptions limits, RunnerShape shape, Inbox inbox, Gpt4RoiTokenizer tokenizer, string templateStop, TimeProvider time)
{
    private readonly RequestValidator _validator = new(limits, shape);
    private long _arrivals;

    /// <summary>Hands in a request, or says why not.</summary>
    public bool TrySubmit(
        GenerationRequest request, [NotNullWhen(true)] out GenerationStream? stream, [NotNullWhen(false)] out Rejection? rejection)
    {
        stream = null;
        rejection = _validator.Validate(request);
        if (rejection is not null)
            return false;
        var sequence = new Sequence(Interlocked.Increment(ref _arrivals), request, _validator.MaxLength(request));
        var text = AnswerText.Create(tokenizer, request.Sampling, templateStop);
        var active = new ActiveRequest(sequence, tokenizer.Special.Eos, text, time, inbox.Cancel);
        rejection = inbox.Submit(active);
        stream = rejection is null ? active.Stream : null;
        return rejection is null;
    }
}
