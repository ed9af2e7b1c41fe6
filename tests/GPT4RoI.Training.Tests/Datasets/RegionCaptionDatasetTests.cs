using GPT4RoI.Training.Datasets;

namespace GPT4RoI.Training.Tests.Datasets;

public sealed class RegionCaptionDatasetTests
{
    [Theory]
    [InlineData("refcoco", "where in the image it is. <bbox>", "place in the image. <bbox>")]
    [InlineData("refcoco+", "but not where in the image it is. <bbox>", "so that it cannot be mistaken. <bbox>")]
    public void Get_Expression_HasTheInstructionOfItsSet(string kind, params string[] ends)
    {
        var faults = new DataFaults();
        var dataset = DatasetFactory.Open(Fixture.Config(kind, "refcoco.json"), faults);

        Assert.Equal(2, dataset.Count); // "left cat" has two words
        Assert.Equal(0, faults.Count);
        var samples = dataset.Draws(0);
        Assert.All(samples, sample => Assert.Contains(ends, end => Assert.Single(sample.Turns).Human.EndsWith(end, StringComparison.Ordinal)));
        Assert.All(samples, sample => Assert.StartsWith("<image>\n", sample.Turns[0].Human, StringComparison.Ordinal));
        Assert.True(samples.Select(sample => sample.Turns[0].Human).Distinct().Count() > 1);
        Assert.Equal("the tabby on the left", samples[0].Answers());
        Fixture.AssertBox(Assert.Single(samples[0].Boxes), 0.1f, 0.1f, 0.6f, 0.6f);
    }

    [Fact]
    public void Open_NameOf2014_FindsThePictureWithoutThePrefix()
    {
        // COCO_train2014_cat_451x300.png: the part after the last underscore, whether it is there or not.
        Assert.Equal(Path.Combine(Fixture.Images, "451x300.png"), Fixture.Open(Fixture.Config("refcoco", "refcoco.json")).Get(0, new Random(0))!.PathOf());
    }

    [Fact]
    public void Get_RefCocog_NamesTheRegion()
    {
        foreach (var sample in Fixture.Open(Fixture.Config("refcocog", "refcoco.json")).Draws(1))
        {
            var turn = Assert.Single(sample.Turns);
            Assert.Contains("region1 <bbox>", turn.Human, StringComparison.Ordinal);
            Assert.DoesNotContain("<image>", turn.Human, StringComparison.Ordinal);
            Assert.Equal("whole of the image", turn.Assistant);
        }
    }

    [Fact]
    public void Get_VisualGenome_AsksForEachRegionByItsNumber()
    {
        var faults = new DataFaults();
        var dataset = DatasetFactory.Open(Fixture.Config("visual_genome", "visual_genome.json"), faults);

        foreach (var sample in dataset.Draws(0))
        {
            Assert.Equal("a cup on a saucer | a spoon | wooden table", string.Join(" | ", sample.Turns.Select(turn => turn.Assistant).Order(StringComparer.Ordinal)));
            Assert.All(sample.Turns.Index(), turn => Assert.Contains($"region{turn.Index + 1} <bbox>", turn.Item.Human, StringComparison.Ordinal));
            var spoon = sample.Turns.Index().Single(turn => turn.Item.Assistant == "a spoon").Index;
            Fixture.AssertBox(sample.Boxes[spoon], 0, 0, 0.5f, 0.5f);
        }

        Assert.Equal(1, Assert.Single(faults.ByReason).Value);
        Assert.True(dataset.Draws(0).Select(sample => sample.Answers()).Distinct().Count() > 3);
    }

    [Fact]
    public void Get_Flickr_GivesTheCaptionThenEachFirstPhrase()
    {
        var faults = new DataFaults();
        var dataset = DatasetFactory.Open(Fixture.Config("flickr30k", "flickr.json"), faults);

        Assert.Equal(1, dataset.Count);
        Assert.Equal(2, faults.Count); // a span beyond the caption, and no span
        foreach (var sample in dataset.Draws(0))
        {
            Assert.Equal(3, sample.Turns.Count);
            Assert.Contains("region1 <bbox>,region2 <bbox>", sample.Turns[0].Human, StringComparison.Ordinal);
            Assert.Equal("A woman \U0001F680 in an orange suit near a flag .", sample.Turns[0].Assistant);
            Assert.All(sample.Turns.Skip(1).Index(), turn => Assert.Contains($"region{turn.Index + 1}", turn.Item.Human, StringComparison.Ordinal));
            Assert.All(sample.Turns.Skip(1), turn => Assert.Equal(0, turn.Boxes()));
            var woman = sample.Turns.Skip(1).Index().Single(turn => turn.Item.Assistant == "A woman").Index;
            Assert.Equal("in an orange suit", sample.Turns[2 - woman].Assistant);
            Fixture.AssertBox(sample.Boxes[woman], 0.1f, 0.1f, 0.7f, 0.9f);
        }
    }
}
