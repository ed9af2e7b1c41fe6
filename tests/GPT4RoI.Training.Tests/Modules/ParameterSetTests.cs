using GPT4RoI.Training.Modules;
using static TorchSharp.torch;

namespace GPT4RoI.Training.Tests.Modules;

public sealed class ParameterSetTests
{
    [Fact]
    public void GrowVocabulary_NewRows_AreTheMeanOfTheOldOnes()
    {
        using var scope = NewDisposeScope();
        using var parameters = ParameterSet.Create(ModelCatalog.Specs(SmallModel.Config), seed: 1, CPU);
        var old = parameters["lm_head.weight"].clone();

        parameters.GrowVocabulary(43);

        var grown = parameters["lm_head.weight"];
        Assert.Equal([43, 24], grown.shape);
        TensorAssert.Close(old, grown.narrow(0, 0, 40), 0);
        TensorAssert.Close(old.mean([0]), grown[42], 1e-6);
        Assert.Equal([43, 24], parameters.Specs.Single(spec => spec.Name == "model.embed_tokens.weight").Shape);
    }

    [Fact]
    public void Create_OtherCatalogue_DrawsTheSameValuesByName()
    {
        using var scope = NewDisposeScope();
        using var whole = ParameterSet.Create(ModelCatalog.Specs(SmallModel.Config), seed: 1, CPU);
        using var part = ParameterSet.Create(RegionCatalog.Specs(SmallModel.Config).Reverse(), seed: 1, CPU);
        using var other = ParameterSet.Create(RegionCatalog.Specs(SmallModel.Config), seed: 2, CPU);
        const string Name = "model.spi_module.roi_align.updims.weight";

        TensorAssert.Close(whole[Name], part[Name], 0);
        Assert.True((whole[Name] - other[Name]).abs().max().item<float>() > 0.01);
    }
}
