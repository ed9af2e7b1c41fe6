using System.IO.Enumeration;
using static TorchSharp.torch;

namespace GPT4RoI.Model.Weights;

/// <summary>
/// Hands a model's modules their weights by name, on the placement they compute on, and keeps book: which tensors were missing or
/// mis-shaped and which nobody asked for. Loading goes on after a fault, so that <see cref="Complete"/> can list all of them at once.
/// </summary>
/// <remarks>
/// Tensors handed out belong to the caller and to no dispose scope. On a placement equal to what is stored (float32 on the CPU) they alias
/// the source's file mapping: they must not be written to, and the source must outlive them.
/// </remarks>
public sealed class WeightLoader
{
    private readonly IWeightSource _source;
    private readonly ModelPlacement _placement;
    private readonly string _prefix;
    private readonly Book _book;

    /// <param name="source">Stays the caller's, to dispose after the weights.</param>
    /// <param name="placement">Device and dtype of every tensor handed out.</param>
    /// <param name="prefix">Put before every name with a dot, such as <c>vision_model</c>; none when empty.</param>
    public WeightLoader(IWeightSource source, ModelPlacement placement, string prefix = "")
        : this(source, placement, prefix.Length == 0 ? "" : prefix + ".", new Book([], []))
    {
    }

    private WeightLoader(IWeightSource source, ModelPlacement placement, string prefix, Book book) =>
        (_source, _placement, _prefix, _book) = (source, placement, prefix, book);

    /// <summary>Device and dtype of every tensor handed out.</summary>
    public ModelPlacement Placement => _placement;

    /// <summary>A loader for the names below <paramref name="prefix"/>, such as <c>model.layers.3</c>, with the same book.</summary>
    public WeightLoader Scope(string prefix) => new(_source, _placement, $"{_prefix}{prefix}.", _book);

    /// <summary>
    /// The stored dtype and shape, for sizes that only the weights tell; null when there is no such tensor (not a fault).
    /// </summary>
    public TensorInfo? Find(string name) => _source.Tensors.GetValueOrDefault(_prefix + name);

    /// <summary>
    /// The weight, contiguous, in this shape. When it is missing, mis-shaped or unreadable, that is recorded and zeros of the shape are
    /// returned, which take no memory and are good for nothing but going on to the next weight.
    /// </summary>
    public Tensor Require(string name, params long[] shape)
    {
        var fullName = _prefix + name;
        _book.Used.Add(fullName);
        if (Fault(fullName, shape) is { } fault)
        {
            return Missing(fault, shape);
        }
        try
        {
            return Place(fullName);
        }
        catch (WeightsException exception)
        {
            return Missing(exception.Message, shape);
        }
    }

    /// <summary>Ends loading: everything asked for was there, and everything there (below this loader's prefix) was asked for.</summary>
    /// <param name="ignore">Names that may be left over, relative to the prefix; <c>*</c> stands for any characters.</param>
    /// <exception cref="WeightsException">Lists every missing, mis-shaped, unreadable and left-over tensor.</exception>
    public void Complete(params string[] ignore)
    {
        bool IsIgnored(string name) => Array.Exists(
            ignore, pattern => FileSystemName.MatchesSimpleExpression(pattern, name.AsSpan(_prefix.Length), ignoreCase: false));
        var extra = _source.Tensors
            .Where(tensor => tensor.Key.StartsWith(_prefix, StringComparison.Ordinal))
            .Where(tensor => !_book.Used.Contains(tensor.Key) && !IsIgnored(tensor.Key))
            .Select(tensor => $"{Printable.Quote(tensor.Key)}: extra, {tensor.Value.Dtype} {Printable.Shape(tensor.Value.Shape)}, unknown to the model");
        Throw([.. _book.Faults, .. extra]);
    }

    /// <summary>As <see cref="Complete"/>, but says nothing of tensors that nobody has asked for yet.</summary>
    /// <exception cref="WeightsException">Lists every missing, mis-shaped and unreadable tensor so far.</exception>
    public void ThrowIfFaulty() => Throw(_book.Faults);

    private static void Throw(List<string> faults)
    {
        if (faults.Count > 0)
        {
            throw new WeightsException($"The checkpoint does not fit the model ({faults.Count} faults):", faults);
        }
    }

    private string? Fault(string name, long[] shape) => !_source.Tensors.TryGetValue(name, out var info)
        ? $"{Printable.Quote(name)}: missing, expected as {Printable.Shape(shape)}"
        : !info.Shape.AsSpan().SequenceEqual(shape)
            ? $"{Printable.Quote(name)}: has shape {Printable.Shape(info.Shape)}, expected as {Printable.Shape(shape)}"
            : null;

    private Tensor Missing(string fault, long[] shape)
    {
        _book.Faults.Add(fault);
        using var scope = NewDisposeScope();
        return zeros([], _placement.Dtype, _placement.Device).expand(shape).DetachFromDisposeScope();
    }

    private Tensor Place(string name)
    {
        using var scope = NewDisposeScope();
        // Bytes cross to the device as they are stored and are converted there: checkpoints are no wider than what they are computed in.
        return _source.Read(name).to(_placement.Device).to(_placement.Dtype).contiguous().DetachFromDisposeScope();
    }

    private sealed record Book(HashSet<string> Used, List<string> Faults);
}
