using GPT4RoI.Model.Regions;
using GPT4RoI.Model.Weights;
using static TorchSharp.torch;

namespace GPT4RoI.Model.Tests.Regions;

public sealed class FeaturePyramidTests
{
    [Theory]
    [InlineData(1, 1, 4, 12)]
    [InlineData(2, 3, 3, 12)]
    [InlineData(3, 2, 5, 20)]
    [InlineData(5, 1, 2, 7)]
    public void Forward_OtherLevelsGridsAndWidths_GivesTheSpecificationsSteps(int levels, int rounds, int grid, int inputs)
    {
        var config = new RegionConfig(levels, inputs, 12, 3, rounds, 4, 4, 4, 2, 2);
        using var scope = NewDisposeScope();
        using var source = new RandomWeights(config);
        using var pyramid = new FeaturePyramid(config, new WeightLoader(source, ModelPlacement.Cpu));
        var input = Enumerable.Range(0, levels).Select(level => RandomWeights.Random([2, grid * grid, inputs], 100 + level)).ToArray();

        var maps = pyramid.Forward(input);

        var expected = Literal(input, config, grid, source);
        Assert.Equal(levels, maps.Length);
        for (var level = 0; level < levels; level++)
        {
            TensorAssert.Close(expected[level], maps[level], 2e-5, $"map {level}");
        }
    }

    // The authors' order: upsample, append coordinates, then convolve, all at full resolution.
    private static Tensor[] Literal(Tensor[] input, RegionConfig config, int grid, RandomWeights weights)
    {
        var maps = input.Select((level, index) =>
        {
            var size = grid << (config.Levels - 1 - index);
            var map = Resize(level.reshape(2, grid, grid, config.InputChannels).permute(0, 3, 1, 2), size);
            var axis = linspace(-1, 1, size);
            var (x, y) = (axis.view(1, 1, 1, size).expand(2, 1, size, size), axis.view(1, 1, size, 1).expand(2, 1, size, size));
            return nn.functional.conv2d(cat([map, x, y], 1), weights.Read($"input_conv.{index}.weight"), weights.Read($"input_conv.{index}.bias"));
        }).ToArray();
        for (var round = 0; round < config.FuseRounds; round++)
        {
            var mixed = maps.Select((map, level) => cat(
            [
                map.slice(1, 0, 6, 1),
                Resize(maps[Math.Min(level + 1, config.Levels - 1)].slice(1, 9, 12, 1), map.shape[3]),
                Resize(maps[Math.Max(level - 1, 0)].slice(1, 6, 9, 1), map.shape[3]),
            ], 1)).ToArray();
            maps = [.. mixed.Select(map => nn.functional.group_norm(
                nn.functional.conv2d(map, weights.Read($"fuse_convs.{round}.conv.weight"), padding: [1, 1]), config.GroupNormGroups,
                weights.Read($"fuse_convs.{round}.gn.weight"), weights.Read($"fuse_convs.{round}.gn.bias"), 1e-5).relu())];
        }
        return maps;
    }

    // Bilinear point sampling with coinciding corners, written out.
    private static Tensor Resize(Tensor map, long size)
    {
        var length = map.shape[2];
        var matrix = zeros(size, length);
        for (var to = 0; to < size; to++)
        {
            var from = size == 1 ? 0 : to * (length - 1.0) / (size - 1);
            var low = (int)Math.Min(Math.Floor(from), length - 1);
            var high = Math.Min(low + 1, length - 1);
            matrix[to, low] += (float)(1 - (from - low));
            matrix[to, high] += (float)(from - low);
        }
        return einsum("bchw,yh,xw->bcyx", map, matrix, matrix);
    }

    private sealed class RandomWeights : IWeightSource
    {
        private readonly Dictionary<string, Tensor> _tensors = [];

        public RandomWeights(RegionConfig config)
        {
            var channels = config.Channels;
            for (var level = 0; level < config.Levels; level++)
            {
                Add($"input_conv.{level}.weight", channels, config.InputChannels + 2, 1, 1);
                Add($"input_conv.{level}.bias", channels);
            }
            for (var round = 0; round < config.FuseRounds; round++)
            {
                Add($"fuse_convs.{round}.conv.weight", channels, channels, 3, 3);
                Add($"fuse_convs.{round}.gn.weight", channels);
                Add($"fuse_convs.{round}.gn.bias", channels);
            }
        }

        public IReadOnlyDictionary<string, TensorInfo> Tensors =>
            _tensors.ToDictionary(pair => pair.Key, pair => new TensorInfo(pair.Value.dtype, pair.Value.shape));

        public Tensor Read(string name) => _tensors[name].alias();

        public static Tensor Random(long[] shape, int seed)
        {
            using var generator = new Generator((ulong)seed);
            return randn(shape, generator: generator);
        }

        private void Add(string name, params long[] shape) => _tensors[name] = Random(shape, _tensors.Count);

        public void Dispose()
        {
            foreach (var tensor in _tensors.Values)
            {
                tensor.Dispose();
            }
        }
    }
}
