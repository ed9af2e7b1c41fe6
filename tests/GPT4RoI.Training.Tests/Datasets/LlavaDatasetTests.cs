using GPT4RoI.Training.Datasets;
using GPT4RoI.Training.Instructions;

namespace GPT4RoI.Training.Tests.Datasets;

public sealed class LlavaDatasetTests
{
    public static TheoryData<string> Detections() =>
        ["detections.json", "detections_p2.pkl", "detections_p3.pkl", "detections_p4.pkl", "detections_p4_numpy2.pkl", "detections_p5_numpy2.pkl"];

    [Theory]
    [MemberData(nameof(Detections))]
    public void Get_EitherKindOfDetections_ListsTheSureAndLargeOnesHalfOfTheTime(string detections)
    {
        var samples = Open(detections, new DataFaults()).Draws(0);

        var listed = samples.Where(sample => sample.Boxes.Count > 0).ToArray();
        Assert.InRange(listed.Length, 30, 70);
        Assert.All(samples.Except(listed), sample =>
            Assert.Equal("The <image> provides an overview of the picture.\nWhat animal is it?", sample.Turns[0].Human));
        Assert.All(listed, sample => Assert.Equal(
            "The <image> provides an overview of the picture. It has these regions, among others: <bbox> may feature a cat, <bbox> may feature a coffee table.\nWhat animal is it?",
            sample.Turns[0].Human));
        Assert.Equal(2, listed[0].Boxes.Count);
        Fixture.AssertBox(listed[0].Boxes[0], 0.1f, 0.1f, 0.6f, 0.6f);
        Fixture.AssertBox(listed[0].Boxes[1], 0, 0.5f, 1, 1);
        Assert.All(samples, sample => Assert.StartsWith("A cat. | It is. | ", sample.Answers(), StringComparison.Ordinal));
    }

    [Fact]
    public void Get_Presence_AsksForOneClassThatIsThereAndOneThatIsNot()
    {
        var samples = Open("detections.json", new DataFaults()).Draws(0);

        foreach (var sample in samples)
        {
            var turns = sample.Turns.Skip(2).ToArray();
            Assert.Equal(2, turns.Length);
            var yes = Assert.Single(turns, turn => turn.Assistant.StartsWith("Yes", StringComparison.Ordinal));
            var no = Assert.Single(turns, turn => turn.Assistant.StartsWith("No", StringComparison.Ordinal));
            Assert.Contains(["cat", "coffee table"], name => yes.Human.Contains(name, StringComparison.Ordinal) && yes.Assistant.Contains(name, StringComparison.Ordinal));

            // The cup was found with a low score: neither there nor not.
            Assert.Contains("rocket", no.Human, StringComparison.Ordinal);
            Assert.Contains("rocket", no.Assistant, StringComparison.Ordinal);
        }

        Assert.InRange(samples.Count(sample => sample.Turns[2].Assistant.StartsWith("Yes", StringComparison.Ordinal)), 30, 70);
    }

    [Fact]
    public void Get_NoSureDetection_ListsTheFirstAndClaimsNothing()
    {
        var sample = Open("detections.json", new DataFaults()).Draws(1).First(sample => sample.Boxes.Count > 0);

        Assert.Equal("What is there?\nThe <image> provides an overview of the picture. It has these regions, among others: <bbox> may feature a cup.\n", sample.Turns[0].Human);
        Assert.Equal("A cup.", Assert.Single(sample.Turns).Assistant);
        Fixture.AssertBox(Assert.Single(sample.Boxes), 0.1f, 0.1f, 0.9f, 0.9f);
    }

    [Fact]
    public void Open_BadRecords_AreReported()
    {
        var faults = new DataFaults();

        Assert.Equal(2, Open("detections.json", faults).Count);
        Assert.Equal(["record[2]", "record[3]", "record[4]", "record[5]", "record[5]", "record[6]"], faults.First.Select(fault => fault.Record).Order());
        Assert.Equal("rocket_640x179.png", faults.First.Single(fault => fault.Reason.StartsWith("the detector", StringComparison.Ordinal)).Detail);
    }

    [Fact]
    public void Open_BadPickleEntries_AreReported()
    {
        var faults = new DataFaults();
        Open("detections_p4.pkl", faults);

        var entries = faults.First.Where(fault => fault.Record.StartsWith("entry", StringComparison.Ordinal)).ToArray();
        Assert.Equal(["entry 2", "entry 3"], entries.Select(fault => fault.Record));
        Assert.Contains("label 4 is none of the 4 classes", entries[0].Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void Open_PickleThatCallsSomething_IsRefusedByName()
    {
        var exception = Assert.Throws<DatasetException>(() => Open("refused.pkl", new DataFaults()));

        Assert.Contains("refused.pkl", exception.Message, StringComparison.Ordinal);
        Assert.Contains("posix.getcwd", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Open_OtherFile_SaysWhichAreRead() =>
        Assert.Contains(".pickle", Assert.Throws<DatasetException>(() => Open("vcr.jsonl", new DataFaults())).Message, StringComparison.Ordinal);

    private static IInstructionDataset Open(string detections, DataFaults faults) => DatasetFactory.Open(
        Fixture.Config("llava", "llava.json") with { Detections = Fixture.File(detections), Classes = Fixture.File("classes.json") }, faults);
}
