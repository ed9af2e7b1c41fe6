namespace GPT4RoI.Training.Modules;

/// <summary>One tensor that is trained as a whole. Matrices that share their input are one tensor here and several in a checkpoint.</summary>
/// <param name="Name">The checkpoint's name, or one of its kind where several are joined.</param>
/// <param name="Shape">Of the whole.</param>
/// <param name="Group">What switches its training on.</param>
/// <param name="Initial">Before training from scratch.</param>
internal sealed record ParameterSpec(string Name, long[] Shape, ParameterGroup Group, Initial Initial)
{
    /// <summary>The checkpoint's tensors in it, one after the other along the first dimension.</summary>
    public IReadOnlyList<(string Name, long Rows)> Parts { get; init; } = [(Name, Shape.Length > 0 ? Shape[0] : 1)];

    /// <summary>Matrices and kernels decay; biases, norms and single vectors do not.</summary>
    public bool Decays => Shape.Length > 1;

    /// <summary>A linear map between layers: neither a table of embeddings, nor a classifier, nor what reads pixels.</summary>
    public bool IsInner => Decays && Group != ParameterGroup.Heads && !Name.EndsWith("embedding.weight", StringComparison.Ordinal)
        && Name is not (LanguageCatalog.Embeddings or LanguageCatalog.Head or RegionCatalog.Points);

    /// <summary>Shape of a part.</summary>
    public long[] PartShape(long rows) => [rows, .. Shape.Skip(1)];
}
