using GPT4RoI.Model;
using GPT4RoI.Model.Native;
using GPT4RoI.Model.Weights;
using GPT4RoI.Training.Checkpoints;
using GPT4RoI.Training.Configuration;
using GPT4RoI.Training.Modules;
using GPT4RoI.Training.Optimization;
using static TorchSharp.torch;

namespace GPT4RoI.Training;

/// <summary>
/// Trains a GPT4RoI through its stages. Everything is in the run's folder: <c>losses.csv</c>, <c>losses.png</c>, <c>checkpoints/</c>, and at the end
/// <c>model/</c>, which the engine serves. Started again after any interruption it goes on from the last checkpoint and, on the same CPU, with the same
/// losses as without one.
/// </summary>
/// <param name="config">What to do.</param>
/// <param name="folder">The run's folder; created if absent.</param>
/// <param name="data">Opens what a stage learns from.</param>
/// <param name="time">Measures steps.</param>
public sealed class Trainer(TrainingConfig config, string folder, Func<StageConfig, TrainingData> data, TimeProvider time)
{
    private const string ModelFolderName = "model";

    private readonly Device _device = ModelPlacement.Parse(config.Device, config.Device.StartsWith("cuda", StringComparison.Ordinal) ? config.Dtype : "float32")!.Device;
    private readonly ScalarType _dtype = config.Dtype == "bfloat16" ? ScalarType.BFloat16 : ScalarType.Float32;

    /// <summary>Trains what is left to train. Blocks; all torch work is on the calling thread.</summary>
    /// <param name="progress">Told of every step, on the calling thread.</param>
    /// <param name="cancellationToken">Stops between two steps, behind a checkpoint.</param>
    /// <exception cref="TrainingDivergedException">The loss is not finite any more.</exception>
    /// <exception cref="WeightsException">The model's files do not fit.</exception>
    /// <exception cref="InvalidDataException">The data, the checkpoint or a stage's size of patches make no sense.</exception>
    /// <exception cref="IOException">Another training is at work in the folder, or it cannot be written to.</exception>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    public void Run(IProgress<StepReport>? progress = null, CancellationToken cancellationToken = default)
    {
        ReproducibleProducts.Demand();
        HeapReuse.Enable();
        ModelPlacement.UseThreads(config.Threads);
        Directory.CreateDirectory(folder);
        using var alone = new RunLock(folder);
        var store = new CheckpointStore(folder, config.KeepCheckpoints);
        store.RemoveRemains();
        var (state, start) = Resume(store.Latest);
        using var parameters = start.Parameters;
        _ = config.Stages.Skip(state.Stage).Aggregate(start.Config, PatchRefinement.Sizes); // what cannot be is refused before hours of training
        using var log = new LossLog(folder, state.Step);
        for (; state.Stage < config.Stages.Count; state = state with { Stage = state.Stage + 1, StageStep = 0 })
        {
            start = start.For(config.Stages[state.Stage]);
            state = RunStage(state, start, store, log, progress, cancellationToken);
        }
        var export = Path.Combine(folder, ModelFolderName);
        if (!Directory.Exists(export))
        {
            Export(start, export);
        }
    }

    /// <summary>Writes the latest checkpoint's model as half-precision weights, without training.</summary>
    /// <param name="target">A folder that is absent or empty.</param>
    /// <exception cref="InvalidDataException">The run has no checkpoint yet.</exception>
    public void Export(string target)
    {
        var latest = new CheckpointStore(folder, config.KeepCheckpoints).Latest
            ?? throw new InvalidDataException($"{folder}: the run has no checkpoint yet");
        var start = ModelStart.Load(latest, latest, _device);
        using var parameters = start.Parameters;
        Export(start, target);
    }

    private static void Export(ModelStart start, string target)
    {
        using var directory = new AtomicDirectory(target);
        ModelFolder.Write(directory.WorkPath, start.Config, start.Parameters, start.Files, ScalarType.Float16);
        directory.Commit();
    }

    private (TrainingState State, ModelStart Start) Resume(string? checkpoint)
    {
        if (checkpoint is null)
        {
            return (new(0, 0, 0, config.Seed), ModelStart.Open(config.Model, config.Seed, _device));
        }
        var state = TrainingState.Read(checkpoint);
        if (state.Seed != config.Seed || state.Stage >= config.Stages.Count)
        {
            throw new InvalidDataException(
                $"{checkpoint}: is of a run with seed {state.Seed} in stage {state.Stage}; the configuration has seed {config.Seed} and {config.Stages.Count} stages.");
        }
        return (state, ModelStart.Load(checkpoint, checkpoint, _device));
    }

    private TrainingState RunStage(
        TrainingState state, ModelStart start, CheckpointStore store, LossLog log, IProgress<StepReport>? progress, CancellationToken cancellationToken)
    {
        var stage = config.Stages[state.Stage];
        using var model = new TrainableModel(start.Config, start.Parameters, new(_dtype, stage.GradientCheckpointing));
        var task = StageTask.Create(stage, state.Stage, start, model, data(stage), config.Seed);
        using var run = new StageRun(stage, task, OptimizerFactory.Create(start.Parameters, stage, start.FirstNewToken), state.StageStep);
        if (state.StageStep > 0)
        {
            state.Restore(store.Latest!, start.Parameters, run.Optimizer);
        }
        while (run.Done < run.Steps)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var began = time.GetTimestamp();
            var (loss, rate, norm, tokens) = run.Step();
            state = state with { Step = state.Step + 1, StageStep = run.Done };
            var report = new StepReport(state.Step, state.Step - run.Done + run.Steps, stage.Name, loss, rate, norm, tokens, time.GetElapsedTime(began));
            log.Add(report);
            progress?.Report(report);
            if (state.Step % config.CheckpointEvery == 0 || run.Done == run.Steps || cancellationToken.IsCancellationRequested)
            {
                Save(state, start, store, log, run.Optimizer);
            }
        }
        foreach (var arena in run.Optimizer.Arenas)
        {
            arena.Release(start.Parameters);
        }
        if (config.Stages.ElementAtOrDefault(state.Stage + 1)?.Kind != StageKind.Vision)
        {
            start.Parameters.Remove(ParameterGroup.Heads);
        }
        return state;
    }

    private void Save(TrainingState state, ModelStart start, CheckpointStore store, LossLog log, Optimizer optimizer)
    {
        store.Save(state.Step, path =>
        {
            ModelFolder.Write(path, start.Config, start.Parameters, start.Files, ScalarType.Float32);
            state.Write(path, start.Parameters, optimizer);
        });
        LossCurve.Write(Path.Combine(folder, "losses.png"), log.Losses);
    }
}
