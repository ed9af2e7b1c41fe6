using System.Diagnostics.Metrics;
using GPT4RoI.Engine.Execution;
using GPT4RoI.Engine.Requests;
using GPT4RoI.Engine.Scheduling;
using GPT4RoI.Model.Prompting;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace GPT4RoI.Engine.Tests.Execution;

/// <summary>The engine without its thread, stepped by the test.</summary>
internal sealed class EngineHarness : IDisposable
{
    public static readonly Gpt4RoiTokenizer Tokenizer = Gpt4RoiTokenizer.Load(GoldenFiles.Path("tiny"));

    private readonly EngineInstruments _instruments;
    private readonly RequestIntake _intake;
    private readonly IModelRunner _runner;

    public EngineHarness(IModelRunner runner, Action<LlmEngineOptions>? configure = null) : this(runner, Configured(configure))
    {
    }

    public EngineHarness(IModelRunner runner, LlmEngineOptions options, IMeterFactory? meters = null)
    {
        _runner = runner;
        var limits = SchedulerOptions.From(options, runner.Shape.MaxPositions, runner.Shape.Blocks, runner.Shape.BlockSize);
        Inbox = new Inbox(options.MaxWaiting, options.MaxWaitingPerTenant);
        _intake = new RequestIntake(limits, runner.Shape, Inbox, Tokenizer, "###", Time);
        _instruments = new EngineInstruments(meters, () => Core!.Snapshot);
        Core = new EngineCore(new Scheduler(limits), runner, Inbox, _instruments, options.QueueTimeout, Time, NullLogger.Instance);
    }

    public EngineCore Core { get; }

    public Inbox Inbox { get; }

    public FakeTimeProvider Time { get; } = new();

    public GenerationStream Submit(GenerationRequest request)
    {
        Assert.True(_intake.TrySubmit(request, out var stream, out var rejection), rejection?.Message);
        return stream;
    }

    public Rejection Refuse(GenerationRequest request)
    {
        Assert.False(_intake.TrySubmit(request, out _, out var rejection));
        return rejection;
    }

    public void StepToEnd()
    {
        for (var steps = 0; Core.Step(); steps++)
            Assert.True(steps < 100_000, "the engine does not come to an end");
    }

    /// <summary>Submits all at once, steps to the end, and gives each one's result.</summary>
    public async Task<Generation[]> RunAsync(params IEnumerable<GenerationRequest> requests)
    {
        GenerationStream[] streams = [.. requests.Select(Submit)];
        StepToEnd();
        var results = new List<Generation>();
        foreach (var stream in streams)
            results.Add(await Generation.ReadAsync(stream));
        return [.. results];
    }

    public void Dispose()
    {
        _instruments.Dispose();
        _runner.Dispose();
    }

    private static LlmEngineOptions Configured(Action<LlmEngineOptions>? configure)
    {
        var options = new LlmEngineOptions();
        configure?.Invoke(options);
        return options;
    }
}
