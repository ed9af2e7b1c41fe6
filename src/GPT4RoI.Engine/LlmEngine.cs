using System.Diagnostics.CodeAnalysis;
using System.Diagnostics.Metrics;
using GPT4RoI.Engine.Execution;
using GPT4RoI.Engine.Requests;
using GPT4RoI.Engine.Scheduling;
using GPT4RoI.Model.Language;
using GPT4RoI.Model.Prompting;
using GPT4RoI.Model.Vision;
using Microsoft.Extensions.Logging;

namespace GPT4RoI.Engine;

/// <summary>
/// Continuous batching on one device: any thread submits, one thread of its own computes. All torch work of generation happens on that thread.
/// </summary>
public sealed partial class LlmEngine : IAsyncDisposable
{
    private readonly LlmEngineOptions _options;
    private readonly IModelRunner _runner;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly RequestIntake _intake;
    private readonly Inbox _inbox;
    private readonly EngineCore _core;
    private readonly EngineInstruments _instruments;
    private readonly TaskCompletionSource _stopped = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile bool _interrupted;
    private int _disposed;

    /// <summary>Starts the step thread.</summary>
    /// <param name="options">Valid limits.</param>
    /// <param name="runner">Used by the step thread alone from now on; disposed with the engine.</param>
    /// <param name="tokenizer">Decodes what is generated.</param>
    /// <param name="templateStop">Text that ends every answer: the prompt template's separator.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">The log.</param>
    /// <param name="meters">Makes the meter; null for one of the engine's own.</param>
    internal LlmEngine(
        LlmEngineOptions options, IModelRunner runner, Gpt4RoiTokenizer tokenizer, string templateStop, TimeProvider time,
        ILogger<LlmEngine> logger, IMeterFactory? meters = null)
    {
        (_options, _runner, _time, _logger) = (options, runner, time, logger);
        var limits = SchedulerOptions.From(options, runner.Shape.MaxPositions, runner.Shape.Blocks, runner.Shape.BlockSize);
        MaxModelLength = limits.MaxModelLength;
        _inbox = new Inbox(options.MaxWaiting, options.MaxWaitingPerTenant);
        _intake = new RequestIntake(limits, runner.Shape, _inbox, tokenizer, templateStop, time);
        _instruments = new EngineInstruments(meters, () => Snapshot);
        _core = new EngineCore(new Scheduler(limits), runner, _inbox, _instruments, options.QueueTimeout, time, logger);
        new Thread(Loop) { Name = "llm-engine", IsBackground = true }.Start();
    }

    /// <summary>An engine for a model.</summary>
    /// <param name="options">Valid limits.</param>
    /// <param name="language">Borrowed until the engine is disposed.</param>
    /// <param name="projector">On the same placement; borrowed until the engine is disposed.</param>
    /// <param name="visionChannels">Floats in an image row before projection: the vision tower's width.</param>
    /// <param name="tokenizer">Decodes what is generated.</param>
    /// <param name="templateStop">Text that ends every answer: the prompt template's separator.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">The log.</param>
    /// <param name="meters">Makes the meter; null for one of the engine's own.</param>
    public static LlmEngine Create(
        LlmEngineOptions options, LlamaModel language, MultimodalProjector projector, int visionChannels, Gpt4RoiTokenizer tokenizer,
        string templateStop, TimeProvider time, ILogger<LlmEngine> logger, IMeterFactory? meters = null) =>
        new(options, new ModelRunner(language, projector, visionChannels, options), tokenizer, templateStop, time, logger, meters);

    /// <summary>Prompt and output tokens of one request at most.</summary>
    public int MaxModelLength { get; }

    /// <summary>False once the engine has stopped taking requests, on purpose or by a fault.</summary>
    public bool IsAccepting => !_inbox.IsClosed;

    /// <summary>The state after the last step; the queue as it is now.</summary>
    public EngineSnapshot Snapshot => _core.Snapshot with { Waiting = _inbox.Waiting };

    /// <summary>Hands in a request. Never blocks.</summary>
    /// <param name="request">The request; not changed afterwards.</param>
    /// <param name="stream">Its events. Dispose of it, or read it to its end.</param>
    /// <param name="rejection">Why it was refused.</param>
    public bool TrySubmit(
        GenerationRequest request, [NotNullWhen(true)] out GenerationStream? stream, [NotNullWhen(false)] out Rejection? rejection)
    {
        ArgumentNullException.ThrowIfNull(request);
        return _intake.TrySubmit(request, out stream, out rejection);
    }

    /// <summary>
    /// Refuses new requests, lets the submitted ones finish within <see cref="LlmEngineOptions.DrainTimeout"/>, and ends the rest as
    /// <see cref="FinishReason.Interrupted"/> after the step under way.
    /// </summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 1)
        {
            await _stopped.Task.ConfigureAwait(false);
            return;
        }
        _inbox.Close();
        using (_time.CreateTimer(_ => _interrupted = true, null, _options.DrainTimeout, Timeout.InfiniteTimeSpan))
            await _stopped.Task.ConfigureAwait(false);
        _instruments.Dispose();
        _runner.Dispose();
    }

    private void Loop()
    {
        try
        {
            while (!_interrupted && (_core.Step() || _inbox.WaitForWork()))
            {
            }
        }
        catch (Exception exception)
        {
            // The bookkeeping itself is broken: nothing it says can be trusted, so nothing more is accepted.
            LogEngineFailed(exception);
            _inbox.Close();
        }
        finally
        {
            _core.Abandon();
            _stopped.SetResult();
        }
    }

    [LoggerMessage(EventId = 2004, Level = LogLevel.Critical, Message = "The engine stopped by a fault of its own; its requests were interrupted")]
    private partial void LogEngineFailed(Exception exception);
}
