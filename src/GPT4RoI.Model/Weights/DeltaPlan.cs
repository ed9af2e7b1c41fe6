using static TorchSharp.torch;

namespace GPT4RoI.Model.Weights;

/// <summary>What is to be done for each tensor of a delta, decided from names and shapes before any data is read.</summary>
/// <remarks>Upstream: <c>scripts/apply_delta.py</c>.</remarks>
internal static class DeltaPlan
{
    /// <summary>A tensor of the result.</summary>
    /// <param name="Name">In the delta and the result.</param>
    /// <param name="Shape">In the delta and the result.</param>
    /// <param name="AddBase">Whether the base's tensor of that name is added (to the upper left corner when it is smaller).</param>
    internal sealed record Step(string Name, long[] Shape, bool AddBase);

    /// <exception cref="WeightsException">Lists every tensor of one side that does not fit the other.</exception>
    public static List<Step> Make(IReadOnlyDictionary<string, TensorInfo> baseTensors, IReadOnlyDictionary<string, TensorInfo> deltaTensors)
    {
        var faults = new List<string>();
        var steps = new List<Step>();
        foreach (var (name, delta) in deltaTensors.Where(tensor => !IsRecomputed(tensor.Key)))
        {
            var stored = baseTensors.GetValueOrDefault(name);
            if (Fault(name, delta, stored) is { } fault)
            {
                faults.Add($"{Printable.Quote(name)}: {fault}");
            }
            steps.Add(new Step(name, delta.Shape, AddBase: stored is not null));
        }
        if (steps.Count == 0)
        {
            faults.Add("the delta holds no tensor");
        }
        faults.AddRange(baseTensors.Keys
            .Where(name => !deltaTensors.ContainsKey(name) && !IsRecomputed(name))
            .Select(name => $"{Printable.Quote(name)}: in the base, not in the delta"));
        return faults.Count == 0 ? steps : throw new WeightsException($"The delta does not fit the base ({faults.Count} faults):", faults);
    }

    private static string? Fault(string name, TensorInfo delta, TensorInfo? stored)
    {
        if (!IsFloatingPoint(delta.Dtype) || (stored is not null && !IsFloatingPoint(stored.Dtype)))
        {
            return "not of floating-point numbers";
        }
        if (stored is null)
        {
            return IsOfTheRegionModel(name) ? null : "in the delta, not in the base, and neither of mm_projector nor of spi_module";
        }
        if (delta.Shape.AsSpan().SequenceEqual(stored.Shape) || (GrowsWithTheVocabulary(name) && Contains(delta.Shape, stored.Shape)))
        {
            return null;
        }
        return $"has shape {Printable.Shape(delta.Shape)} in the delta, {Printable.Shape(stored.Shape)} in the base";
    }

    /// <summary>RoPE's frequencies follow from the config; stored ones are rounded to fp16.</summary>
    private static bool IsRecomputed(string name) => name.EndsWith("rotary_emb.inv_freq", StringComparison.Ordinal);

    private static bool IsOfTheRegionModel(string name) =>
        name.StartsWith("model.mm_projector.", StringComparison.Ordinal) || name.Contains("spi_module", StringComparison.Ordinal);

    private static bool GrowsWithTheVocabulary(string name) => name is "model.embed_tokens.weight" or "lm_head.weight";

    private static bool Contains(long[] shape, long[] inner) =>
        shape is [var rows, var columns] && inner is [var innerRows, var innerColumns] && innerRows <= rows && innerColumns <= columns;

    private static bool IsFloatingPoint(ScalarType dtype) =>
        dtype is ScalarType.Float16 or ScalarType.BFloat16 or ScalarType.Float32 or ScalarType.Float64;
}
