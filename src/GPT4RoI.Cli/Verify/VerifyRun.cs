using System.Runtime.CompilerServices;
using GPT4RoI.Cli.Verify.Stages;
using GPT4RoI.Model;
using static TorchSharp.torch;

namespace GPT4RoI.Cli.Verify;

/// <summary>All stages over one fixture directory.</summary>
internal static class VerifyRun
{
    private static readonly IVerifyStage[] Stages =
    [
        new PreprocessStage(), new ClipStage(), new RoiAlignStage(), new RegionStage(), new TokenizerStage(), new AppLogicStage(), new SamplingStage(),
        new PromptStage(), new DeltaStage(), new FullRegionStage(),
    ];

    /// <summary>Names of the stages, in order.</summary>
    public static IEnumerable<string> StageNames => Stages.Select(stage => stage.Name);

    /// <summary>Every case of the chosen stages. A stage that breaks off is one failed case of its own; the next stages still run.</summary>
    /// <param name="root">The fixture directory.</param>
    /// <param name="placement">Where the model computes; the fixtures' tolerances are for float32.</param>
    /// <param name="only">Stages to run; all if empty.</param>
    /// <param name="cancellationToken">Ends the run between cases.</param>
    public static async IAsyncEnumerable<VerifyResult> RunAsync(
        string root, ModelPlacement placement, IReadOnlyCollection<string> only, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        UseFullPrecision();
        using var fixtures = new FixtureSet(root, placement);
        foreach (var stage in Stages.Where(stage => only.Count == 0 || only.Contains(stage.Name)))
        {
            await using var results = stage.RunAsync(fixtures, cancellationToken).GetAsyncEnumerator(cancellationToken);
            while (await NextAsync(stage, results) is { } result)
            {
                yield return result;
                if (result.Case == BrokenOff)
                {
                    break;
                }
            }
        }
    }

    private const string BrokenOff = "(broken off)";

    // TensorFloat-32 keeps ten bits of a float32's mantissa; CUDA's convolutions use it unless told otherwise. Without CUDA there is nothing to tell.
    private static void UseFullPrecision()
    {
        backends.cuda.matmul.allow_tf32 = false;
        backends.cudnn.allow_tf32 = false;
    }

    private static async Task<VerifyResult?> NextAsync(IVerifyStage stage, IAsyncEnumerator<VerifyResult> results)
    {
        try
        {
            return await results.MoveNextAsync() ? results.Current : null;
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            return Compare.Fault(stage.Name, BrokenOff, exception.Message.ReplaceLineEndings(" "));
        }
    }
}
