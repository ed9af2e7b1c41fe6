using System.Runtime.CompilerServices;

namespace GPT4RoI.Cli.Verify;

/// <summary>A stage that only computes.</summary>
internal abstract class SynchronousStage : IVerifyStage
{
    public abstract string Name { get; }

    public async IAsyncEnumerable<VerifyResult> RunAsync(FixtureSet fixtures, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await Task.CompletedTask;
        foreach (var result in Run(fixtures, cancellationToken))
        {
            yield return result;
        }
    }

    protected abstract IEnumerable<VerifyResult> Run(FixtureSet fixtures, CancellationToken cancellationToken);
}
