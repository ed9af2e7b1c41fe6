using GPT4RoI.Training.Configuration;
using GPT4RoI.Training.Modules;

namespace GPT4RoI.Training.Tests.Configuration;

public sealed class TrainingConfigReaderTests
{
    [Fact]
    public void Parse_AuthorsStages_GivesTheirRecipe()
    {
        var stages = Parse("""{ "preset": "stage1" }, { "preset": "stage2", "steps": 10, "batch_size": 3, "learning_rate_scale": { "projector": 2 } }""").Stages;

        Assert.Equal([ParameterGroup.Regions, ParameterGroup.NewTokenEmbeddings], stages[0].Train);
        Assert.Equal(("stage1", 2.0, 2e-5, 0.0), (stages[0].Name, stages[0].Epochs, stages[0].LearningRate, stages[0].WeightDecay));
        Assert.Equal(50, stages[0].TotalSteps(25));
        Assert.Equal([ParameterGroup.Regions, ParameterGroup.Projector, ParameterGroup.Language], stages[1].Train);
        Assert.Equal((10, 3, 3000), (stages[1].TotalSteps(99), stages[1].BatchSize, stages[1].WarmUpSteps));
        Assert.Equal(2, stages[1].LearningRateScale[ParameterGroup.Projector]);
    }

    [Theory]
    [InlineData("""{ "preset": "stage7" }""", "stage7")]
    [InlineData("""{ "preset": "scratch" }""", "steps or epochs")]
    [InlineData("""{ "preset": "stage1", "steps": 5, "batch_size": 0 }""", "batch_size")]
    [InlineData("""{ "preset": "stage1", "patch_size": 0 }""", "patch_size")]
    [InlineData("""{ "preset": "stage1", "train": ["eyes"] }""", "train")]
    [InlineData("""{ "preset": "stage1", "speed": 5 }""", "speed")]
    [InlineData("""{ "preset": "scratch", "steps": 5, "optimizer": "sgd" }""", "optimizer")]
    [InlineData("""{ "name": "x", "steps": 5 }""", "batch_size")]
    public void Parse_SenselessStage_NamesFileAndValue(string stage, string named)
    {
        var exception = Assert.Throws<InvalidDataException>(() => Parse(stage));

        Assert.StartsWith("file.json: ", exception.Message, StringComparison.Ordinal);
        Assert.Contains(named, exception.Message, StringComparison.Ordinal);
    }

    private static TrainingConfig Parse(string stages) =>
        TrainingConfigReader.Parse($$"""{ "model": { "from": "checkpoint" }, "stages": [{{stages}}] }""", "file.json");
}
