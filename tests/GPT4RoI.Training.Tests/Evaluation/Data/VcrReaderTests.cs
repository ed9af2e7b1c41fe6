using GPT4RoI.Training.Evaluation.Data;

namespace GPT4RoI.Training.Tests.Evaluation.Data;

public sealed class VcrReaderTests : IDisposable
{
    private readonly DataFolder _folder = new();

    public VcrReaderTests() => _folder.Write("m/a.json", """{"boxes": [[1, 2, 30.5, 40, 0.9], [5, 6, 7, 8, 0.8], [9, 9, 10, 10, 0.7]], "width": 64, "height": 48}""");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Read_Record_WritesObjectsAsRegions()
    {
        var record = Assert.Single(Read(Line()).Records);

        Assert.Equal("val-7", record.Id);
        Assert.Equal(_folder.PathOf("m/a.jpg"), record.Image);
        Assert.Equal([new(1, 1, 2, 30.5, 40), new(2, 5, 6, 7, 8), new(3, 9, 9, 10, 10)], record.Objects);
        Assert.Equal("Why is person at <region1> with person at <region2> and dog at <region3>?", record.Question);
        Assert.Equal(["He likes dog at <region3>.", "No.", "Yes.", "person at <region1>'s dog, isn't it?"], record.Answers);
        Assert.Equal(["r1", "r2", "r3", "r4"], record.Reasons);
        Assert.Equal((3, 0), (record.RightAnswer, record.RightReason));
    }

    [Theory]
    [InlineData("""{"annot_id":""", "not JSON")]
    [InlineData("[]", "'objects'")]
    [InlineData("\"answer_label\": 3|\"answer_label\": 4", "'answer_label' is not 0 to 3")]
    [InlineData("\"answer_label\": 3,|", "'answer_label' is missing")] // as in the test split
    [InlineData("[\"r1\"], |", "'rationale_choices' holds not 4")]
    [InlineData("[1, 2]|[1, 3]", "mentions object 3, of 3")]
    [InlineData("[1, 2]|[0.5]", "mentions object 0.5")]
    [InlineData("\"dog\"]|\"dog\", \"cat\"]", "4 objects but 3 boxes")]
    [InlineData("m/a.json|m/b.json", "metadata cannot be read")]
    [InlineData("m/a.jpg|../a.jpg", "leads out of")]
    [InlineData("[\"Yes\", \".\"]|[]", "A text is empty")]
    public void Read_BadRecord_IsSkippedWithItsLine(string fault, string reason)
    {
        var parts = fault.Split('|');
        var bad = parts.Length == 1 ? fault : Line().Replace(parts[0], parts[1]);
        Assert.NotEqual(Line(), bad);

        var data = Read(Line(), bad, Line());

        Assert.Equal(2, data.Records.Count);
        var problem = Assert.Single(data.Skipped);
        Assert.Equal("vcr.jsonl:2", problem.Where);
        Assert.Contains(reason, problem.Reason);
    }

    [Fact]
    public void Read_Limit_LeavesTheRestUnread()
    {
        var data = new VcrReader(_folder.Write("vcr.jsonl", string.Join('\n', Line(), "broken", Line(), "broken")), _folder.Path).Read(2);

        Assert.Equal((2, 1), (data.Records.Count, data.Skipped.Count));
    }

    [Fact]
    public void Read_NoFile_SaysWhich() =>
        Assert.Contains("none.jsonl", Assert.ThrowsAny<IOException>(() => new VcrReader(_folder.PathOf("none.jsonl"), _folder.Path).Read(1)).Message);

    private EvaluationData<VcrRecord> Read(params string[] lines) =>
        new VcrReader(_folder.Write("vcr.jsonl", string.Join('\n', lines) + "\n"), _folder.Path).Read(int.MaxValue);

    private static string Line() => """
        {"annot_id": "val-7", "img_fn": "m/a.jpg", "metadata_fn": "m/a.json", "objects": ["person", "person", "dog"],
         "question": ["Why", "is", [0], "with", [1, 2], "?"],
         "answer_choices": [["He", "likes", [2], "."], ["No", "."], ["Yes", "."], [[0], "'s", "dog", ",", "is", "n't", "it", "?"]], "answer_label": 3,
         "rationale_choices": [["r1"], ["r2"], ["r3"], ["r4"]], "rationale_label": 0}
        """.ReplaceLineEndings("");
}
