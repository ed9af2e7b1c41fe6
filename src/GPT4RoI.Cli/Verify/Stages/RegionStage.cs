using System.Runtime.InteropServices;
using GPT4RoI.Model.Regions;
using GPT4RoI.Model.Weights;
using static TorchSharp.torch;

namespace GPT4RoI.Cli.Verify.Stages;

/// <summary>Feature levels and boxes to region vectors, every stage on the way included.</summary>
internal sealed class RegionStage : SynchronousStage
{
    public override string Name => "regions";

    protected override IEnumerable<VerifyResult> Run(FixtureSet fixtures, CancellationToken cancellationToken)
    {
        foreach (var path in fixtures.Cases("spi_"))
        {
            cancellationToken.ThrowIfCancellationRequested();
            using var expected = new SafetensorsFile(path);
            var results = expected.Tensors.ContainsKey("region_features") ? CheckOne(fixtures, path, expected) : CheckBatch(fixtures, path, expected);
            foreach (var result in results)
            {
                yield return result;
            }
        }
    }

    private List<VerifyResult> CheckOne(FixtureSet fixtures, string path, SafetensorsFile expected)
    {
        using var scope = NewDisposeScope();
        var name = Path.GetFileNameWithoutExtension(path)["spi_".Length..];
        var probe = new Probe();
        using var levels = Levels(fixtures, ImageOf(fixtures, name));
        var maps = fixtures.Regions.Fuse(levels.Tensors, probe.Record);
        var boxes = Boxes(expected.Read("boxes_norm"));
        var region = fixtures.Regions.Extract(maps, [boxes], probe.Record);

        var results = new List<VerifyResult>();
        foreach (var key in expected.Tensors.Keys.Where(key => !key.StartsWith("boxes", StringComparison.Ordinal)))
        {
            var theirs = expected.Read(key);
            if (Ours(key, theirs, region, probe) is { } ours)
            {
                results.Add(Compare.Tensors(Name, $"{name} {key}", ours, theirs, Tolerance(key)));
            }
            else
            {
                results.Add(Compare.Fault(Name, $"{name} {key}", "no such stage"));
            }
        }
        results.AddRange(PoolGivenMaps(fixtures, name, expected, boxes));
        probe.Clear();
        return results;
    }

    // RoIAlign alone: on the fixture's own maps, where it holds them whole, nothing before it can blur the comparison.
    private IEnumerable<VerifyResult> PoolGivenMaps(FixtureSet fixtures, string name, SafetensorsFile expected, BoundingBox[] boxes)
    {
        var levels = fixtures.Config.Regions.Levels;
        if (!Enumerable.Range(0, levels).All(level => expected.Tensors.ContainsKey($"mlvl_fuse.{level}")))
        {
            yield break;
        }
        var probe = new Probe();
        var maps = Enumerable.Range(0, levels).Select(level => expected.Read($"mlvl_fuse.{level}").to(fixtures.Placement.Device)).ToArray();
        fixtures.Regions.Extract(maps, [boxes], probe.Record).Dispose();
        foreach (var key in expected.Tensors.Keys.Where(key => key.StartsWith("roi_align", StringComparison.Ordinal)))
        {
            var theirs = expected.Read(key);
            yield return Compare.Tensors(Name, $"{name} {key} given maps", Ours(key, theirs, maps[0], probe)!, theirs, Tolerances.RoiAlign);
        }
        probe.Clear();
    }

    private List<VerifyResult> CheckBatch(FixtureSet fixtures, string path, SafetensorsFile expected)
    {
        using var scope = NewDisposeScope();
        var name = Path.GetFileNameWithoutExtension(path)["spi_".Length..];
        var count = expected.Tensors.Keys.Count(key => key.StartsWith("boxes_norm.", StringComparison.Ordinal));
        var images = Enumerable.Range(0, count).Select(index => Levels(fixtures, expected.Metadata[$"image{index}"])).ToArray();
        var levels = Enumerable.Range(0, images[0].Tensors.Length).Select(level => cat([.. images.Select(image => image.Tensors[level])])).ToArray();
        var maps = fixtures.Regions.Fuse(levels);
        var boxes = Enumerable.Range(0, count).Select(index => (IReadOnlyList<BoundingBox>)Boxes(expected.Read($"boxes_norm.{index}"))).ToArray();
        var together = fixtures.Regions.Extract(maps, boxes); // [regions of all images, output]
        var results = new List<VerifyResult>();
        long first = 0;
        for (var index = 0; index < count; index++)
        {
            var theirs = expected.Read($"region_features.{index}");
            results.Add(Compare.Tensors(Name, $"{name} region_features.{index}", together.narrow(0, first, theirs.shape[0]), theirs, Tolerances.Region));
            first += theirs.shape[0];
        }
        Array.ForEach(images, image => image.Dispose());
        return results;
    }

    private static Tensor? Ours(string key, Tensor theirs, Tensor region, Probe probe) => key switch
    {
        "region_features" => region,
        _ when key.Contains("_sub.", StringComparison.Ordinal) =>
            probe[key.Replace("_sub.", ".", StringComparison.Ordinal)] is { } whole ? Subsample(whole, theirs.shape) : null,
        _ => probe[key],
    };

    /// <summary>Every n-th entry along each axis, n as the fixture's shape says.</summary>
    internal static Tensor Subsample(Tensor whole, long[] shape)
    {
        var view = whole;
        for (var axis = 1; axis < shape.Length; axis++)
        {
            view = view.slice(axis, 0, whole.shape[axis], whole.shape[axis] / shape[axis]);
        }
        return view;
    }

    private static double Tolerance(string key) => key.Split('.')[0].Replace("_sub", "", StringComparison.Ordinal) switch
    {
        "roi_align" => Tolerances.RoiAlignEndToEnd,
        "pos_embedd" => Tolerances.Position,
        "flatten_linear" or "pconv" => Tolerances.Flatten,
        "region_features" => Tolerances.Region,
        _ => Tolerances.Fusion,
    };

    internal static BoundingBox[] Boxes(Tensor normalised)
    {
        using (normalised)
        {
            return MemoryMarshal.Cast<byte, BoundingBox>(normalised.bytes).ToArray(); // [regions, 4]
        }
    }

    // spi_<image>_<case>: the longest image that has a clip_ file wins, so that names may hold underscores.
    private static string ImageOf(FixtureSet fixtures, string name) =>
        fixtures.Cases("clip_").Select(path => Path.GetFileNameWithoutExtension(path)["clip_".Length..])
            .Where(image => name.StartsWith(image + "_", StringComparison.Ordinal)).MaxBy(image => image.Length)
        ?? throw new InvalidDataException($"no clip_ fixture for spi_{name}");

    private static LevelSet Levels(FixtureSet fixtures, string image)
    {
        var file = new SafetensorsFile(fixtures.PathOf("cases", $"clip_{image}.safetensors"));
        return new(file, [.. Enumerable.Range(0, fixtures.Config.Regions.Levels).Select(level => file.Read($"level{level}"))]);
    }

    private sealed record LevelSet(SafetensorsFile File, Tensor[] Tensors) : IDisposable
    {
        public void Dispose()
        {
            Array.ForEach(Tensors, tensor => tensor.Dispose());
            File.Dispose();
        }
    }
}
