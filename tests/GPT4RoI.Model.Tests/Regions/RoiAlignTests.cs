using CsCheck;
using GPT4RoI.Model.Regions;
using static TorchSharp.torch;

namespace GPT4RoI.Model.Tests.Regions;

public sealed class RoiAlignTests
{
    private const double Tolerance = 1e-5;

    public static TheoryData<string> Kernels => ["cpu", "torch"];

    [Theory]
    [MemberData(nameof(Kernels))]
    public void Forward_GoldenMaps_GiveMmcvsBins(string kernel)
    {
        using var scope = NewDisposeScope();
        using var golden = new GoldenTensors("roi_align_unit");
        foreach (var map in new[] { "s16", "s32", "s128", "rect" })
        {
            var options = new RoiAlignOptions(14, 14, golden[map + ".spatial_scale"].item<float>(), SamplingRatio: 2);

            var bins = Kernel(kernel).Forward(golden[map + ".feat"], golden[map + ".rois"], options);

            TensorAssert.Close(golden[map + ".out14_sr2"], bins, Tolerance, map);
        }
    }

    [Theory]
    [MemberData(nameof(Kernels))]
    public void Forward_GoldenAdaptiveAndUnaligned_GiveMmcvsBins(string kernel)
    {
        using var scope = NewDisposeScope();
        using var golden = new GoldenTensors("roi_align_unit");
        var (map, boxes, scale) = (golden["small.feat"], golden["small.rois"], golden["small.spatial_scale"].item<float>());

        var adaptive = Kernel(kernel).Forward(map, boxes, new(2, 3, scale, SamplingRatio: 0));
        var unaligned = Kernel(kernel).Forward(map, boxes, new(2, 3, scale, SamplingRatio: 2, Aligned: false));

        TensorAssert.Close(golden["small.out2x3_sr0_adaptive"], adaptive, Tolerance, "adaptive");
        TensorAssert.Close(golden["small.out2x3_sr2_alignedFalse"], unaligned, Tolerance, "unaligned");
    }

    [Fact]
    public void Forward_AnyBoxes_BothKernelsAgree()
    {
        // From well outside the map to well outside on the other side; a length of zero is likely.
        var corner = Gen.Float[-60, 120];
        var length = Gen.OneOf(Gen.Const(0f), Gen.Float[0, 3], Gen.Float[0, 200]);
        var box = Gen.Select(corner, corner, length, length);
        var options = Gen.Select(Gen.Int[1, 15], Gen.Int[1, 15], Gen.Float[0.1f, 1.2f], Gen.Int[0, 3], Gen.Bool)
            .Select((height, width, scale, ratio, aligned) => new RoiAlignOptions(height, width, scale, ratio, aligned));
        var size = Gen.Int[1, 40];

        Gen.Select(size, size, box.Array[1, 6], options, Gen.Int[0, 1000]).Sample((height, width, boxes, option, seed) =>
        {
            using var scope = NewDisposeScope();
            using var generator = new Generator((ulong)seed);
            var map = randn([2, 5, height, width], generator: generator);
            var rois = tensor([.. boxes.SelectMany((b, index) => new[] { index % 2, b.Item1, b.Item2, b.Item1 + b.Item3, b.Item2 + b.Item4 })]).view(-1, 5);

            TensorAssert.Close(new TorchRoiAlign().Forward(map, rois, option), new CpuRoiAlign(2).Forward(map, rois, option), 2e-5);
        }, iter: 200);
    }

    [Theory]
    [MemberData(nameof(Kernels))]
    public void Forward_ImageOutsideTheBatch_IsRefused(string kernel)
    {
        using var scope = NewDisposeScope();
        var boxes = tensor(new[] { 2f, 0, 0, 1, 1 }).view(1, 5);

        Assert.Throws<ArgumentException>(() => Kernel(kernel).Forward(rand(2, 3, 8, 8), boxes, new(2, 2, 1, 2)));
    }

    private static IRoiAlign Kernel(string name) => name == "cpu" ? new CpuRoiAlign(2) : new TorchRoiAlign();
}
