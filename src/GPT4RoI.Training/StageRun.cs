using GPT4RoI.Model.Native;
using GPT4RoI.Training.Batches;
using GPT4RoI.Training.Configuration;
using GPT4RoI.Training.Optimization;
using static TorchSharp.torch;

namespace GPT4RoI.Training;

/// <summary>The steps of one stage, one after the other. For one thread.</summary>
internal sealed class StageRun : IDisposable
{
    private const int Ahead = 4;

    private readonly StageConfig _config;
    private readonly LearningRateSchedule _schedule;
    private readonly Prefetcher<IReadOnlyList<MicroBatch>> _batches;

    /// <param name="config">The stage.</param>
    /// <param name="task">Its loss.</param>
    /// <param name="optimizer">Of its parameters; owned.</param>
    /// <param name="done">Steps done before.</param>
    public StageRun(StageConfig config, StageTask task, Optimizer optimizer, long done)
    {
        (_config, Optimizer, Done) = (config, optimizer, done);
        Steps = config.TotalSteps(task.Samples);
        var warmUp = config.WarmUpSteps > 0 ? config.WarmUpSteps : (long)Math.Ceiling(config.WarmUpRatio * Steps);
        _schedule = new(config.LearningRate, Steps, warmUp, config.Schedule == Schedule.Cosine);
        _batches = new(task.Prepare, done, Steps, Ahead);
    }

    public Optimizer Optimizer { get; }

    /// <summary>Steps of the stage.</summary>
    public long Steps { get; }

    /// <summary>Steps done.</summary>
    public long Done { get; private set; }

    /// <summary>Trains one step.</summary>
    /// <exception cref="TrainingDivergedException">Loss or gradients are not finite; the parameters are as they were.</exception>
    public (double Loss, double LearningRate, double GradientNorm, int Tokens) Step()
    {
        var batches = _batches.Next();
        double labels = Math.Max(1, batches.Sum(batch => batch.Labels));
        var loss = batches.Where(batch => batch.Labels > 0).Sum(batch => Accumulate(batch, labels));
        var norm = Optimizer.GradientNorm();
        if (!double.IsFinite(loss) || !double.IsFinite(norm))
        {
            throw new TrainingDivergedException(
                $"Stage '{_config.Name}', step {Done + 1}: the loss is {loss}, the gradients' norm {norm}. Lower learning_rate, or set clip_norm.");
        }
        var rate = _schedule.At(Done);
        Optimizer.Step(rate, _config.ClipNorm > 0 && norm > _config.ClipNorm ? _config.ClipNorm / norm : 1);
        Done++;
        return (loss, rate, norm, batches.Sum(batch => batch.Tokens));
    }

    private static double Accumulate(MicroBatch batch, double labels)
    {
        using var scope = NewDisposeScope();
        var loss = batch.Loss().Over(labels);
        loss.backward();
        return loss.item<float>();
    }

    public void Dispose() => Optimizer.Dispose();
}
