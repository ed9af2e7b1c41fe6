using System.Text.Json;
using GPT4RoI.Model.Weights;
using GPT4RoI.Training.Modules;
using GPT4RoI.Training.Optimization;
using static TorchSharp.torch;

namespace GPT4RoI.Training.Checkpoints;

/// <summary>Where a training stands. Everything random is drawn from the seed and the step, so this and the tensors are all its state.</summary>
/// <param name="Step">Steps of all stages done.</param>
/// <param name="Stage">Index of the stage.</param>
/// <param name="StageStep">Steps of it done.</param>
/// <param name="Seed">Of the run.</param>
internal sealed record TrainingState(long Step, int Stage, long StageStep, int Seed)
{
    private const string StateFile = "state.json", TensorFile = "optimizer.safetensors";
    private const string FirstMoment = "first_moment.", SecondMoment = "second_moment.", Parameter = "parameter.";

    /// <summary>Writes state, moments, and parameters that are not part of the model, into a folder beside the model's files.</summary>
    public void Write(string folder, ParameterSet parameters, Optimizer optimizer)
    {
        using var scope = NewDisposeScope();
        var tensors = Tensors(parameters, optimizer).ToArray();
        using var writer = new SafetensorsWriter(
            Path.Combine(folder, TensorFile), [.. tensors.Select(pair => KeyValuePair.Create(pair.Name, new TensorInfo(pair.Value.dtype, pair.Value.shape)))]);
        Array.ForEach(tensors, pair => writer.Write(pair.Name, pair.Value));
        writer.Complete();
        File.WriteAllText(Path.Combine(folder, StateFile), JsonSerializer.Serialize(this));
    }

    /// <summary>Reads where a checkpoint stands.</summary>
    /// <exception cref="InvalidDataException">The file is broken.</exception>
    public static TrainingState Read(string folder)
    {
        var path = Path.Combine(folder, StateFile);
        try
        {
            return JsonSerializer.Deserialize<TrainingState>(File.ReadAllText(path)) ?? throw new JsonException("nothing in it");
        }
        catch (JsonException exception)
        {
            throw new InvalidDataException($"{path}: {exception.Message}", exception);
        }
    }

    /// <summary>Puts back what <see cref="Write"/> wrote.</summary>
    /// <exception cref="WeightsException">A tensor is missing: the stage trains other parameters now.</exception>
    public void Restore(string folder, ParameterSet parameters, Optimizer optimizer)
    {
        using var file = new SafetensorsFile(Path.Combine(folder, TensorFile));
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        foreach (var (name, value) in Tensors(parameters, optimizer))
        {
            value.copy_(file.Read(name));
        }
        optimizer.Updates = StageStep;
    }

    private static IEnumerable<(string Name, Tensor Value)> Tensors(ParameterSet parameters, Optimizer optimizer) =>
    [
        .. optimizer.Arenas.SelectMany(arena => arena.Specs.Select(spec => (FirstMoment + spec.Name, arena.View(arena.FirstMoment, spec.Name)))),
        .. optimizer.Arenas.SelectMany(arena => arena.SecondMoment is { } moment
            ? arena.Specs.Select(spec => (SecondMoment + spec.Name, arena.View(moment, spec.Name)))
            : []),
        .. parameters.Specs.Where(spec => spec.Group == ParameterGroup.Heads).Select(spec => (Parameter + spec.Name, parameters[spec.Name].detach())),
    ];
}
