using GPT4RoI.Engine.Execution;
using GPT4RoI.Engine.Scheduling;

namespace GPT4RoI.Engine.Tests.Execution;

/// <summary>Computes a step only when the test lets it.</summary>
internal sealed class GatedRunner(FakeRunner inner) : IModelRunner
{
    private readonly SemaphoreSlim _permits = new(0);
    private readonly SemaphoreSlim _entered = new(0);

    public RunnerShape Shape => inner.Shape;

    /// <summary>Leaves out the logits that a step owes: a bug that no request is to blame for.</summary>
    public bool OwesLogits { get; set; }

    public void Execute(SchedulerOutput output, LogitsBuffer logits)
    {
        _entered.Release();
        _permits.Wait();
        inner.Execute(output, logits);
        if (OwesLogits)
            logits.Reset(0);
    }

    /// <summary>Lets this many steps compute.</summary>
    public void Permit(int steps) => _permits.Release(steps);

    /// <summary>Ends when one more step has begun.</summary>
    public Task EnteredAsync() => _entered.WaitAsync(TestContext.Current.CancellationToken);

    public void Dispose()
    {
        inner.Dispose();
        _permits.Dispose();
        _entered.Dispose();
    }
}
