using GPT4RoI.Model.Vision;
using static TorchSharp.torch;

namespace GPT4RoI.Model.Tests.Vision;

public sealed class ClipVisionTowerTests(TinyCheckpoint tiny) : IClassFixture<TinyCheckpoint>
{
    private const double Tolerance = 2e-4;

    [Theory]
    [InlineData("cat_451x300")]
    [InlineData("astronaut_213x320")]
    [InlineData("coffee_160x107")]
    [InlineData("rocket_640x179")]
    public void Forward_GoldenImage_GivesTheAuthorsLevels(string image)
    {
        using var scope = NewDisposeScope();
        using GoldenTensors pixels = new("preprocess"), expected = new("clip_" + image);

        var levels = tiny.Vision.Forward(pixels[image + ".image"].unsqueeze(0));

        Assert.Equal(4, levels.Length);
        for (var level = 0; level < levels.Length; level++)
        {
            TensorAssert.Close(expected[$"level{level}"], levels[level], Tolerance, $"level{level}");
        }
        TensorAssert.Close(expected["image_features"], tiny.Projector.Forward(levels[^1]), Tolerance, "image_features");
    }

    [Fact]
    public void Forward_Probe_SeesEveryStateUpToTheDeepestLevel()
    {
        using var scope = NewDisposeScope();
        using GoldenTensors pixels = new("preprocess"), expected = new("clip_cat_451x300");
        var seen = new List<string>();

        tiny.Vision.Forward(pixels["cat_451x300.image"].unsqueeze(0), (name, state) =>
        {
            seen.Add(name);
            TensorAssert.Close(expected[name], state, Tolerance, name);
        });

        Assert.Equal(["embeddings_pre_layrnorm", .. Enumerable.Range(0, 13).Select(state => $"hidden_states.{state}")], seen);
    }

    [Fact]
    public void Forward_Batch_GivesWhatEachImageGivesAlone()
    {
        using var scope = NewDisposeScope();
        using var pixels = new GoldenTensors("preprocess");
        var (cat, rocket) = (pixels["cat_451x300.image"], pixels["rocket_640x179.image"]);

        var together = tiny.Vision.Forward(stack([cat, rocket]));
        var alone = tiny.Vision.Forward(rocket.unsqueeze(0));

        TensorAssert.Close(alone[0], together[0].narrow(0, 1, 1), 2e-5);
        TensorAssert.Close(alone[3], together[3].narrow(0, 1, 1), 2e-5);
    }

    [Fact]
    public void Forward_LeavesNothingBehindButItsLevels()
    {
        using var pixels = rand(1, 3, 224, 224);
        using var scope = NewDisposeScope();

        var levels = tiny.Vision.Forward(pixels);

        Assert.Equal(levels.Length, scope.DisposablesCount);
        Assert.False(pixels.IsInvalid);
    }

    [Fact]
    public void Forward_OtherImageSize_IsRefused()
    {
        using var pixels = rand(1, 3, 224, 225);

        Assert.Throws<ArgumentException>(() => tiny.Vision.Forward(pixels));
    }

    [Theory]
    [InlineData(24, 4, "14,17,20,23")]
    [InlineData(13, 4, "3,6,9,12")]
    [InlineData(24, 2, "20,23")]
    public void Indices_LayersAndLevels_AreEveryThirdStateDownFromTheSelected(int layers, int levels, string expected) =>
        Assert.Equal(expected, string.Join(',', ClipLevels.Indices(tiny.Config.Vision with { Layers = layers }, levels)));

    [Fact]
    public void Indices_TooFewLayers_IsRefused() =>
        Assert.Throws<ArgumentException>(() => ClipLevels.Indices(tiny.Config.Vision with { Layers = 9 }, 4));
}
