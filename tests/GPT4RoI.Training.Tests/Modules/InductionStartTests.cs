using GPT4RoI.Model;
using GPT4RoI.Training.Configuration;
using GPT4RoI.Training.Modules;
using static TorchSharp.torch;

namespace GPT4RoI.Training.Tests.Modules;

public sealed class InductionStartTests
{
    private const int Vocabulary = 200, FirstName = 20, FirstVector = 21, SecondName = 30, SecondVector = 31, FirstAgain = 60, SecondAgain = 90;

    private static readonly Gpt4RoiConfig Config = new ModelSizes
    {
        ImageSize = 32,
        PatchSize = 16,
        VisionWidth = 16,
        VisionLayers = 10,
        VisionHeads = 2,
        RegionWidth = 8,
        RegionGroups = 2,
        RegionRounds = 1,
        RegionMiddle = 16,
        RoiOutputSize = 2,
        HiddenSize = 192,
        Layers = 4,
        Heads = 6,
        MaxPositions = 128,
    }.ToConfig(Vocabulary, "v1");

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Apply_NameMentionedAgain_SeesTheVectorThatFollowedIt(int seed)
    {
        var (before, after) = (Influences(seed, start: false), Influences(seed, start: true));
        Assert.True(after.OfOwn > 2.5 * after.OfOther, $"{after}");
        Assert.InRange(before.OfOwn / before.OfOther, 0.5, 2);
    }

    [Fact]
    public void Apply_ModelTooSmallForIt_StaysAsItIs()
    {
        var small = Config with { Language = Config.Language with { HiddenSize = 32, Heads = 4, KeyValueHeads = 4 } };
        using var parameters = ParameterSet.Create(ModelCatalog.Specs(small), 1, CPU);
        using var untouched = ParameterSet.Create(ModelCatalog.Specs(small), 1, CPU);
        InductionStart.Apply(parameters, small, 1);
        Assert.All(parameters.Specs, spec => Assert.True(parameters[spec.Name].equal(untouched[spec.Name]).all().item<bool>(), spec.Name));
    }

    // How much the hidden states of names mentioned again change with the vector that followed the name, and with the other one.
    private static (double OfOwn, double OfOther) Influences(int seed, bool start)
    {
        using var scope = NewDisposeScope();
        using var gradient = no_grad();
        using var generator = new Generator((ulong)seed);
        using var parameters = ParameterSet.Create(ModelCatalog.Specs(Config), seed, CPU);
        if (start)
        {
            InductionStart.Apply(parameters, Config, seed);
        }
        using var language = new LanguageTrunk(parameters, Config.Language, ComputeOptions.Plain);
        var ids = randperm(Vocabulary, ScalarType.Int64, generator: generator).narrow(0, 0, SecondAgain + 1);
        ids[FirstAgain] = ids[FirstName];
        ids[SecondAgain] = ids[SecondName];
        var embeddings = language.Embed(ids);
        embeddings[FirstVector] = Vector();
        embeddings[SecondVector] = Vector();
        var (plain, first, second) = (Forward(), Forward(FirstVector), Forward(SecondVector));
        return (Change(first, FirstAgain) + Change(second, SecondAgain), Change(second, FirstAgain) + Change(first, SecondAgain));

        Tensor Vector()
        {
            var vector = randn([Config.Language.HiddenSize], generator: generator);
            vector.narrow(0, vector.shape[0] - 28, 28).copy_(parameters["model.spi_module.roi_align.updims.bias"].narrow(0, vector.shape[0] - 28, 28));
            return vector;
        }

        Tensor Forward(int? changed = null)
        {
            var input = embeddings.clone();
            if (changed is { } position)
            {
                input[position] = Vector();
            }
            return language.Forward(input.unsqueeze(0))[0]; // [tokens, hidden]
        }

        double Change(Tensor other, int position) => (other[position] - plain[position]).norm().item<float>();
    }
}
