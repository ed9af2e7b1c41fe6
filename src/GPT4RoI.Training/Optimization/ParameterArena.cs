using GPT4RoI.Training.Modules;
using static TorchSharp.torch;

namespace GPT4RoI.Training.Optimization;

/// <summary>
/// Parameters that are optimised alike, in one block of memory, with gradients and the optimiser's moments in blocks of the same layout: an update is a
/// handful of operations however many parameters there are. The set's parameters become views of it.
/// </summary>
internal sealed class ParameterArena : IDisposable
{
    private const long Alignment = 16; // elements: what vector instructions like, and the same in every run

    private readonly List<(ParameterSpec Spec, long Offset, Tensor Leaf)> _entries = [];

    /// <param name="parameters">Its parameters of these names move into the arena.</param>
    /// <param name="specs">At least one.</param>
    /// <param name="learningRateScale">Of the stage's learning rate.</param>
    /// <param name="weightDecay">Decoupled decay per unit of learning rate.</param>
    /// <param name="firstTrainedRow">Rows before it keep their values; 0 trains all.</param>
    /// <param name="muon">Updates by <see cref="Muon"/>, which takes matrices only, instead of <see cref="AdamW"/>.</param>
    public ParameterArena(
        ParameterSet parameters, IReadOnlyList<ParameterSpec> specs, double learningRateScale, double weightDecay, long firstTrainedRow, bool muon = false)
    {
        (LearningRateScale, WeightDecay, FirstTrainedRow) = (learningRateScale, weightDecay, firstTrainedRow);
        var offsets = new long[specs.Count];
        long length = 0;
        for (var index = 0; index < specs.Count; index++)
        {
            offsets[index] = length;
            length += (Count(specs[index]) + Alignment - 1) / Alignment * Alignment;
        }
        Values = Block(length, parameters.Device);
        Gradients = Block(length, parameters.Device);
        FirstMoment = Block(length, parameters.Device);
        SecondMoment = muon ? null : Block(length, parameters.Device);
        foreach (var (spec, offset) in specs.Zip(offsets))
        {
            Adopt(parameters, spec, offset);
        }
    }

    public Tensor Values { get; }

    public Tensor Gradients { get; }

    public Tensor FirstMoment { get; }

    /// <summary>AdamW's; null where Muon updates.</summary>
    public Tensor? SecondMoment { get; }

    public double LearningRateScale { get; }

    public double WeightDecay { get; }

    /// <summary>Rows of each parameter before this one are not trained.</summary>
    public long FirstTrainedRow { get; }

    /// <summary>The parameters in it.</summary>
    public IEnumerable<ParameterSpec> Specs => _entries.Select(entry => entry.Spec);

    /// <summary>Their matrices; joined ones apart.</summary>
    public IEnumerable<ArenaMatrix> Matrices => _entries.SelectMany(entry => Split(entry.Spec, entry.Offset));

    /// <summary>A parameter's part of one of the blocks, in its shape; the caller disposes it.</summary>
    public Tensor View(Tensor block, string name)
    {
        var (spec, offset, _) = _entries.Find(entry => entry.Spec.Name == name);
        return Slice(block, spec, offset);
    }

    /// <summary>Forgets the gradients of rows that are not trained.</summary>
    public void MaskGradients()
    {
        if (FirstTrainedRow == 0)
        {
            return;
        }
        using var scope = NewDisposeScope();
        foreach (var (spec, offset, _) in _entries)
        {
            Slice(Gradients, spec, offset).narrow(0, 0, FirstTrainedRow).zero_();
        }
    }

    /// <summary>The parameters keep their values and become plain tensors without gradients.</summary>
    public void Release(ParameterSet parameters)
    {
        using var scope = NewDisposeScope();
        foreach (var (spec, _, leaf) in _entries)
        {
            parameters.Replace(spec.Name, leaf.detach().clone());
        }
    }

    private static IEnumerable<ArenaMatrix> Split(ParameterSpec spec, long offset)
    {
        var columns = Count(spec) / spec.Shape[0];
        foreach (var (_, rows) in spec.Parts)
        {
            yield return new(offset, rows, columns);
            offset += rows * columns;
        }
    }

    private static long Count(ParameterSpec spec) => spec.Shape.Aggregate(1L, (product, size) => product * size);

    private static Tensor Block(long length, Device device)
    {
        using var scope = NewDisposeScope();
        return zeros(length, ScalarType.Float32, device).DetachFromDisposeScope();
    }

    private static Tensor Slice(Tensor block, ParameterSpec spec, long offset) => block.narrow(0, offset, Count(spec)).view(spec.Shape);

    private void Adopt(ParameterSet parameters, ParameterSpec spec, long offset)
    {
        using var scope = NewDisposeScope();
        var leaf = Slice(Values, spec, offset).detach();
        using (no_grad())
        {
            leaf.copy_(parameters[spec.Name]);
        }
        leaf.requires_grad_(true);
        leaf.grad = Slice(Gradients, spec, offset); // the backward adds to it in place
        parameters.Replace(spec.Name, leaf);
        _entries.Add((spec, offset, leaf));
    }

    public void Dispose()
    {
        foreach (var block in new[] { Values, Gradients, FirstMoment, SecondMoment })
        {
            block?.Dispose();
        }
    }
}
