using GPT4RoI.Training.Datasets;
using GPT4RoI.Training.Instructions;

namespace GPT4RoI.Training.Tests.Datasets;

public sealed class VcrDatasetTests
{
    [Fact]
    public void Get_AllObjects_ListsThemAndWritesNumbersAsClassAndRegion()
    {
        var (dataset, faults) = Open("vcr");

        Assert.Equal(3, dataset.Count);
        var samples = dataset.Draws(0);
        Assert.All(samples, sample => Assert.Contains("region1 <bbox>,region2 <bbox>,region3 <bbox>", sample.Turns[0].Human, StringComparison.Ordinal));
        Assert.All(samples, sample => Assert.EndsWith("Why does person at region2 smile at person at region1 ?", sample.Turns[0].Human, StringComparison.Ordinal));
        Assert.All(samples, sample => Assert.Equal(
            "person at region1 told person at region2 a joke . | person at region2 laughs and cup at region3 is empty .", sample.Answers()));
        Assert.True(samples.Select(sample => sample.Turns[1].Human).Distinct().Count() > 3);
        Assert.Equal(3, samples[0].Boxes.Count);
        Fixture.AssertBox(samples[0].Boxes[0], 0.1f, 0.1f, 0.5f, 0.5f);
        Fixture.AssertBox(samples[0].Boxes[1], 0, 0, 1, 1); // cut at the edges
        Fixture.AssertBox(samples[0].Boxes[2], 0, 0.5f, 1, 1);
        Assert.True(File.Exists(samples[0].PathOf()));
        Assert.Equal(["line 3", "line 6", "line 7"], faults.First.Select(fault => fault.Record));
        Assert.StartsWith("a number in the text is no object", faults.First[0].Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Get_OneObject_MakesItTheOnlyRegion()
    {
        var (dataset, _) = Open("vcr_one");

        Assert.Equal(1, dataset.Count); // the first speaks of two, the last answers without one
        var sample = dataset.Get(0, new Random(0))!;
        Assert.Equal("What will region1 <bbox> hold ?", sample.Turns[0].Human);
        Assert.Equal("cup at region1 will hold tea . | cup at region1 is near a pot, and cup at region1 is warm .", sample.Answers());
        Fixture.AssertBox(Assert.Single(sample.Boxes), 0, 0.5f, 1, 1);
    }

    [Fact]
    public void Get_QuestionObjects_NumbersThemInTheOrderOfTheQuestion()
    {
        var (dataset, _) = Open("vcr_many");

        var sample = dataset.Get(0, new Random(0))!;
        Assert.Equal(1, dataset.Count);

        // The reason speaks of the cup, which the question does not, so nobody asks why.
        Assert.Equal(
            [new InstructionTurn("Why does region1 <bbox> smile at region2 <bbox> ?", "person at region2 told person at region1 a joke .")], sample.Turns);
        Fixture.AssertBox(sample.Boxes[0], 0, 0, 1, 1);
        Fixture.AssertBox(sample.Boxes[1], 0.1f, 0.1f, 0.5f, 0.5f);
    }

    [Fact]
    public void Get_NoMetadata_IsAFaultAndNoSample()
    {
        var faults = new DataFaults();
        var dataset = DatasetFactory.Open(Fixture.Config("vcr", "vcr.jsonl"), faults); // the folder of pictures has none
        var before = faults.Count;

        Assert.Null(dataset.Get(0, new Random(0)));
        Assert.Equal(before + 1, faults.Count);
        Assert.Equal("the metadata cannot be read", faults.First[^1].Reason);
    }

    [Fact]
    public void Get_MetadataOfAnotherPicture_IsAFault()
    {
        var faults = new DataFaults();
        var dataset = DatasetFactory.Open(new DatasetConfig("vcr") { Annotations = Fixture.File("vcr.jsonl"), Images = Fixture.Folder }, faults);

        Assert.Null(dataset.Get(2, new Random(0))); // one object, three boxes
        Assert.Equal("line 4", faults.First[^1].Record);
    }

    private static (IInstructionDataset Dataset, DataFaults Faults) Open(string kind)
    {
        var faults = new DataFaults();
        return (DatasetFactory.Open(new DatasetConfig(kind) { Annotations = Fixture.File("vcr.jsonl"), Images = Fixture.Folder }, faults), faults);
    }
}
