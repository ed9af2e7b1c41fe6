using GPT4RoI.Model;

namespace GPT4RoI.Training.Modules;

/// <summary>The region module's tensors. Convolutions start normal, the rest as torch's layers do (gpt4roi/models/layers.py).</summary>
internal static class RegionCatalog
{
    public const string Prefix = "model.spi_module.", Points = Prefix + "deformable.points";

    public static IEnumerable<ParameterSpec> Specs(Gpt4RoiConfig config)
    {
        var regions = config.Regions;
        return [.. Pyramid(regions), .. Extractor(regions)];
    }

    private static IEnumerable<ParameterSpec> Pyramid(RegionConfig regions)
    {
        long inputs = regions.InputChannels + 2, channels = regions.Channels;
        var convolution = Convolution(regions);
        for (var level = 0; level < regions.Levels; level++)
        {
            yield return Spec($"mlvl_fuse.input_conv.{level}.weight", convolution, channels, inputs, 1, 1);
            yield return Spec($"mlvl_fuse.input_conv.{level}.bias", Initial.Uniform(inputs), channels);
        }
        for (var round = 0; round < regions.FuseRounds; round++)
        {
            yield return Spec($"mlvl_fuse.fuse_convs.{round}.conv.weight", convolution, channels, channels, 3, 3);
            yield return Spec($"mlvl_fuse.fuse_convs.{round}.gn.weight", Initial.One, channels);
            yield return Spec($"mlvl_fuse.fuse_convs.{round}.gn.bias", Initial.Zero, channels);
        }
    }

    private static IEnumerable<ParameterSpec> Extractor(RegionConfig regions)
    {
        long channels = regions.Channels, middle = regions.MiddleSize;
        return regions.Deformable is { } deformable
            ? [.. Deformable(regions, deformable), .. Position(regions), .. Linear("roi_align.updims", regions.OutputSize, middle)]
            :
        [
            .. Enumerable.Range(0, regions.Levels).SelectMany(level => (ParameterSpec[])
            [
                Spec($"roi_align.pconvs.{level}.weight", Convolution(regions), channels, channels, 3, 3),
                Spec($"roi_align.pconvs.{level}.bias", Initial.Uniform(channels * 9), channels),
            ]),
            .. Position(regions),
            .. Linear("roi_align.flatten_linear", middle, channels * regions.PooledSize * regions.PooledSize),
            .. Linear("roi_align.updims", regions.OutputSize, middle),
        ];
    }

    // As in Deformable DETR: at first every query looks at the same places, scattered over the box, with equal weights.
    private static IEnumerable<ParameterSpec> Deformable(RegionConfig regions, DeformableConfig deformable)
    {
        long channels = regions.Channels, middle = regions.MiddleSize, points = deformable.Grid * deformable.Grid;
        var samples = (long)deformable.Heads * regions.Levels * deformable.Points;
        return
        [
            new(Points, [points, middle], ParameterGroup.Regions, Initial.Normal(0.02)),
            Spec("deformable.sampling_offsets.weight", Initial.Zero, samples * 2, middle),
            Spec("deformable.sampling_offsets.bias", Initial.Uniform(deformable.Grid), samples * 2),
            Spec("deformable.attention_weights.weight", Initial.Zero, samples, middle),
            Spec("deformable.attention_weights.bias", Initial.Zero, samples),
            .. Linear("deformable.value_proj", channels, channels),
            .. Linear("deformable.output_proj", middle, points * channels),
        ];
    }

    private static IEnumerable<ParameterSpec> Position(RegionConfig regions) =>
    [
        .. Linear("roi_align.pos_embedd.0", regions.PositionHidden, 4),
        .. Norm("roi_align.pos_embedd.2", regions.PositionHidden),
        .. Linear("roi_align.pos_embedd.3", regions.MiddleSize, regions.PositionHidden),
        .. Norm("roi_align.pos_embedd.5", regions.MiddleSize),
    ];

    // The authors' deviation, 0.01, is for their width; a narrower map needs wider weights for outputs of the same size.
    private static Initial Convolution(RegionConfig regions) => Initial.Normal(0.01 * Math.Sqrt(1024.0 / regions.Channels));

    private static ParameterSpec[] Linear(string name, long outputs, long inputs) =>
        [Spec(name + ".weight", Initial.Uniform(inputs), outputs, inputs), Spec(name + ".bias", Initial.Uniform(inputs), outputs)];

    private static ParameterSpec[] Norm(string name, long width) => [Spec(name + ".weight", Initial.One, width), Spec(name + ".bias", Initial.Zero, width)];

    private static ParameterSpec Spec(string name, Initial initial, params long[] shape) => new(Prefix + name, shape, ParameterGroup.Regions, initial);
}
