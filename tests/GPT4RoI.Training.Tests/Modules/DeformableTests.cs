using GPT4RoI.Model;
using GPT4RoI.Model.Regions;
using GPT4RoI.Training.Configuration;
using GPT4RoI.Training.Modules;
using static TorchSharp.torch;

namespace GPT4RoI.Training.Tests.Modules;

public sealed class DeformableTests : IDisposable
{
    private static readonly ModelSizes Sizes = SmallModel.Sizes with { Deformable = new(Grid: 2, Heads: 4, Points: 3) };

    private readonly RunFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Sampling_RandomWeights_GivesTheDefinitionsSums()
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(3);
        var config = Sizes.ToConfig(40, "v1").Regions;
        var weights = DeformableWeights.Read(config, (_, shape) => randn(shape, generator: generator) * 0.4);
        var maps = new[] { 8, 4, 2, 1 }.Select(size => randn([2, config.Channels, size, size], generator: generator)).ToArray();
        var boxes = tensor(new[] { 0.1f, 0.2f, 0.6f, 0.9f, 0.5f, 0f, 1f, 0.3f }).view(2, 4);
        long[] images = [1, 0];
        var position = randn([2, config.MiddleSize], generator: generator);

        var seen = DeformableSampling.Forward(maps, boxes, tensor(images), position, config.Deformable!, weights);

        var actual = seen.data<float>().ToArray();
        var expected = Enumerable.Range(0, 2).SelectMany(region => Literal(
            config, weights, [.. maps.Select(map => map[images[region]])], boxes[region].data<float>().ToArray(), position[region])).ToArray();
        Assert.Equal(expected.Length, actual.Length);
        Assert.All(expected.Zip(actual), pair => Assert.Equal(pair.First, pair.Second, 1e-4));
    }

    [Theory]
    [InlineData("maps")]
    [InlineData("boxes")]
    [InlineData("position")]
    [InlineData("points")]
    [InlineData("sampling_offsets.weight")]
    [InlineData("sampling_offsets.bias")]
    [InlineData("attention_weights.weight")]
    [InlineData("attention_weights.bias")]
    [InlineData("value_proj.weight")]
    [InlineData("value_proj.bias")]
    public void Sampling_OfEachInput_HasTheSlopeItsGradientSays(string name)
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(7);
        var config = Sizes.ToConfig(40, "v1").Regions;
        var inputs = new Dictionary<string, Tensor>
        {
            ["maps"] = Draw([2, config.Channels, 8, 8]),
            ["boxes"] = tensor([0.1, 0.2, 0.6, 0.9, 0.5, 0, 1, 0.3], ScalarType.Float64).view(2, 4),
            ["position"] = Draw([2, config.MiddleSize]),
        };
        var weights = DeformableWeights.Read(config, (part, shape) => inputs[part] = Draw(shape) * 0.4);
        var output = Draw([2, config.Deformable!.Grid * config.Deformable.Grid * config.Channels]);

        inputs[name].requires_grad_(true);
        Loss().backward();
        var direction = Draw(inputs[name].shape);
        var expected = (inputs[name].grad! * direction).sum().item<double>();
        using var gradient = no_grad();
        // Samples have corners where they cross a pixel; a step this short crosses none, and float64 resolves it.
        const double Step = 1e-6;
        inputs[name].add_(direction, Step);
        var after = Loss().item<double>();
        inputs[name].add_(direction, -2 * Step);
        var slope = (after - Loss().item<double>()) / (2 * Step);

        Assert.Equal(expected, slope, 1e-6 * Math.Max(1, Math.Abs(expected)));

        Tensor Draw(long[] shape) => randn(shape, ScalarType.Float64, generator: generator);

        Tensor Loss()
        {
            var maps = new[] { 1, 2, 4, 8 }.Select(size => nn.functional.avg_pool2d(inputs["maps"], [size, size])).ToArray();
            var seen = DeformableSampling.Forward(maps, inputs["boxes"], tensor(new long[] { 1, 0 }), inputs["position"], config.Deformable!, weights);
            return (seen * output).sum();
        }
    }

    // Those in which the loss has no corners; the others' slopes are checked above.
    [Theory]
    [InlineData("attention_weights.weight")]
    [InlineData("value_proj.weight")]
    [InlineData("output_proj.weight")]
    public void Loss_OfItsParameters_HasTheSlopeItsGradientSays(string name) =>
        GradientTests.AssertSlope(Sizes.ToConfig(40, "v1_2"), "model.spi_module.deformable." + name);

    [Fact]
    public void Run_Deformable_IsServedWithTheVectorsTrained()
    {
        var config = Trainings.Config(Trainings.Instruction(3));
        Trainings.Run(config with { Model = config.Model with { Sizes = Sizes } }, _folder.Root);
        using var scope = NewDisposeScope();
        using var checkpoint = Gpt4RoiCheckpoint.Open(_folder.At("model"));
        using var regions = checkpoint.LoadRegionModule(ModelPlacement.Cpu);
        using var parameters = ParameterSet.Load(checkpoint.Config, _folder.At("model"), CPU);
        using var model = new TrainableModel(checkpoint.Config, parameters, ComputeOptions.Plain);
        var levels = Enumerable.Range(0, 4).Select(_ => randn(2, 16, 16)).ToArray();
        BoundingBox[][] boxes = [[new(0.1f, 0.2f, 0.7f, 0.9f), new(0, 0, 1, 0.5f)], [new(0.3f, 0.3f, 0.6f, 0.5f)]];

        var maps = regions.Fuse(levels);
        var together = regions.Extract(maps, boxes);
        var apart = regions.Extract([.. boxes.Index().Select(image => new ImageRegions([.. maps.Select(map => map.narrow(0, image.Index, 1))], image.Item))]);
        var trained = model.Regions.Forward(model.Pyramid.Forward(levels), RegionBatch.Create(checkpoint.Config, boxes));

        TensorAssert.Close(trained, together, 1e-4);
        TensorAssert.Close(together, apart, 1e-5);
    }

    // Equation 3, one sample after the other.
    private static IEnumerable<double> Literal(RegionConfig config, DeformableWeights weights, Tensor[] maps, float[] box, Tensor position)
    {
        var (deformable, headWidth) = (config.Deformable!, config.Channels / config.Deformable!.Heads);
        for (var point = 0; point < deformable.Grid * deformable.Grid; point++)
        {
            var query = position + weights.Points[point];
            var offsets = Product(weights.OffsetWeight, weights.OffsetBias, query);
            var scores = Product(weights.AttentionWeight, weights.AttentionBias, query);
            var (gridX, gridY) = (((point % deformable.Grid) + 0.5) / deformable.Grid, ((point / deformable.Grid) + 0.5) / deformable.Grid);
            for (var channel = 0; channel < config.Channels; channel++)
            {
                var (head, perHead, sum) = (channel / headWidth, config.Levels * deformable.Points, 0.0);
                var total = scores.Skip(head * perHead).Take(perHead).Sum(Math.Exp);
                for (var sample = head * perHead; sample < (head + 1) * perHead; sample++)
                {
                    var map = maps[(sample - (head * perHead)) / deformable.Points];
                    var x = box[0] + ((box[2] - box[0]) * (gridX + (offsets[2 * sample] / 2)));
                    var y = box[1] + ((box[3] - box[1]) * (gridY + (offsets[(2 * sample) + 1] / 2)));
                    sum += Math.Exp(scores[sample]) / total * Bilinear(map, weights, channel, x, y);
                }
                yield return sum;
            }
        }
    }

    private static double Bilinear(Tensor map, DeformableWeights weights, int channel, double x, double y)
    {
        var size = map.shape[1];
        var (column, row) = ((x * size) - 0.5, (y * size) - 0.5);
        double sum = 0;
        for (var atY = (int)Math.Floor(row); atY <= (int)Math.Floor(row) + 1; atY++)
        {
            for (var atX = (int)Math.Floor(column); atX <= (int)Math.Floor(column) + 1; atX++)
            {
                if (atX >= 0 && atX < size && atY >= 0 && atY < size)
                {
                    var value = (weights.ValueWeight[channel] * map[TensorIndex.Colon, atY, atX]).sum().item<float>() + weights.ValueBias[channel].item<float>();
                    sum += value * (1 - Math.Abs(column - atX)) * (1 - Math.Abs(row - atY));
                }
            }
        }
        return sum;
    }

    private static double[] Product(Tensor weight, Tensor bias, Tensor query) =>
        [.. (mv(weight, query) + bias).data<float>().ToArray().Select(value => (double)value)];
}
