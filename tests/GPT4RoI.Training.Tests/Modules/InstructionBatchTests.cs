using GPT4RoI.Model.Regions;
using GPT4RoI.Training.Instructions;
using GPT4RoI.Training.Modules;

namespace GPT4RoI.Training.Tests.Modules;

public sealed class InstructionBatchTests
{
    private static readonly int Patches = SmallModel.Config.Vision.Patches;

    [Fact]
    public void Create_TwoSamples_PointsAtTheStatesBeforeTheLabels()
    {
        var first = Encoded(Patches + 4, labelled: [Patches + 2, Patches + 3]);
        var second = Encoded(Patches + 6, labelled: [Patches + 5]);

        var batch = InstructionBatch.Create(SmallModel.Config, [(first, Pixels, []), (second, Pixels, [])]);

        Assert.Equal((2, Patches + 6, (2 * Patches) + 10), (batch.Size, batch.Length, batch.Tokens));
        Assert.Equal([Patches + 1, Patches + 2, Patches + 6 + Patches + 4], batch.Predicting.Select(row => (int)row));
        Assert.Equal([Patches + 2, Patches + 3, Patches + 5], batch.Targets.Select(id => (int)id));
        Assert.Equal([.. Enumerable.Range(1, Patches), .. Enumerable.Range(Patches + 7, Patches)], batch.Replaced.Select(row => (int)row));
        Assert.Equal([0, 0], batch.Ids[(Patches + 4)..(Patches + 6)]);
    }

    [Fact]
    public void Create_OneSampleWithoutPicture_KeepsThePictureOfTheOther()
    {
        var words = Encoded(5, labelled: [4]) with { ImageOffset = null };

        var batch = InstructionBatch.Create(SmallModel.Config, [(words, null, []), (Encoded(Patches + 4, []), Pixels, [])]);

        Assert.Equal((2, 1, 3 * 32 * 32), (batch.Size, batch.Pictures, batch.Pixels.Length));
        Assert.Equal(Enumerable.Range(Patches + 5, Patches), batch.Replaced.Select(row => (int)row));
        Assert.Equal([3], batch.Predicting.Select(row => (int)row));
    }

    [Fact]
    public void Create_PictureWithoutTokensOrTheOtherWayRound_IsRefused()
    {
        Assert.Throws<InvalidDataException>(() => InstructionBatch.Create(SmallModel.Config, [(Encoded(5, []) with { ImageOffset = null }, Pixels, [])]));
        Assert.Throws<InvalidDataException>(() => InstructionBatch.Create(SmallModel.Config, [(Encoded(Patches + 4, []), null, [])]));
    }

    [Fact]
    public void Create_FewerPositionsThanBoxes_IsRefused() =>
        Assert.Throws<InvalidDataException>(() => InstructionBatch.Create(SmallModel.Config, [(Encoded(Patches + 4, []), Pixels, [new BoundingBox(0, 0, 1, 1)])]));

    [Fact]
    public void Create_LongerThanThePositions_NamesBoth()
    {
        var exception = Assert.Throws<InvalidDataException>(() => InstructionBatch.Create(SmallModel.Config, [(Encoded(300, []), Pixels, [])]));

        Assert.Contains("300", exception.Message, StringComparison.Ordinal);
        Assert.Contains("256", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Create_TokenOutsideTheVocabulary_IsRefused()
    {
        var sample = Encoded(Patches + 4, []);
        sample.Ids[3] = 40;

        Assert.Throws<InvalidDataException>(() => InstructionBatch.Create(SmallModel.Config, [(sample, Pixels, [])]));
    }

    private static float[] Pixels => new float[3 * 32 * 32];

    // Ids are their positions, as far as the vocabulary goes.
    private static EncodedSample Encoded(int length, int[] labelled) => new(
        [.. Enumerable.Range(0, length).Select(id => id % 40)], [.. Enumerable.Range(0, length).Select(id => labelled.Contains(id) ? id : EncodedSample.Ignored)], 1, []);
}
