using GPT4RoI.Training.Evaluation;
using GPT4RoI.Training.Evaluation.Data;

namespace GPT4RoI.Training.Tests.Evaluation.Data;

public sealed class Visual7WReaderTests : IDisposable
{
    private readonly DataFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(8, 0, new[] { 14.0, 11, 12, 13 })]
    [InlineData(6, 2, new[] { 11.0, 12, 14, 13 })]
    public void Read_Pointing_NumbersBoxesByPlace(int id, int right, double[] left)
    {
        var record = Assert.Single(Read(Pointing($$"""{"qa_id": {{id}}, "question": "Which cat?", "answer": 4, "multiple_choices": [1, 2, 3]}""")).Records);

        Assert.Equal(right, record.Right);
        Assert.Equal(["<region1>", "<region2>", "<region3>", "<region4>"], record.Options);
        Assert.Equal(left.Select((x, index) => new NumberedBox(index + 1, x, 5, x + 20, 35)), record.Regions);
        Assert.Equal(_folder.PathOf("v7w_1.jpg"), record.Image);
    }

    [Fact]
    public void Read_Telling_HasTextsAndNoRegions()
    {
        var record = Assert.Single(Read("""
            {"images": [{"filename": "v7w_1.jpg", "split": "test", "qa_pairs": [
              {"qa_id": 5, "question": "What colour?", "answer": "Red.", "multiple_choices": ["Blue.", "Green.", "Grey."]}]}]}
            """).Records);

        Assert.Equal(["Blue.", "Red.", "Green.", "Grey."], record.Options);
        Assert.Equal(1, record.Right);
        Assert.Empty(record.Regions);
    }

    [Fact]
    public void Read_OtherSplits_AreNotAsked() => Assert.Empty(Read(Pointing("{}").Replace("test", "train")).Skipped);

    [Theory]
    [InlineData("""{"qa_id": 1, "question": "Which?", "answer": 4, "multiple_choices": [1, 2]}""", "2 options, not 3")]
    [InlineData("""{"qa_id": 1, "question": "Which?", "answer": 5, "multiple_choices": [1, 2, 3]}""", "5 is neither")]
    [InlineData("""{"qa_id": 1, "question": "Which?", "answer": "x", "multiple_choices": [1, 2, 3]}""", "Some options are boxes")]
    [InlineData("""{"qa_id": 1, "question": "Which?", "multiple_choices": [1, 2, 3]}""", "'answer' is missing")]
    [InlineData("""{"qa_id": 1, "answer": 4, "multiple_choices": [1, 2, 3]}""", "'question' is missing")]
    public void Read_BadQuestion_IsSkipped(string pair, string reason)
    {
        var problem = Assert.Single(Read(Pointing(pair)).Skipped);

        Assert.Equal("data.json images[0] qa_pairs[0]", problem.Where);
        Assert.Contains(reason, problem.Reason);
    }

    private static string Pointing(string pair) => $$"""
        {"images": [{"filename": "v7w_1.jpg", "split": "test", "qa_pairs": [{{pair}}]}],
         "boxes": [{{string.Join(",", Enumerable.Range(1, 4).Select(id => $$"""{"box_id": {{id}}, "x": {{10 + id}}, "y": 5, "width": 20, "height": 30}"""))}}]}
        """;

    private EvaluationData<Visual7WRecord> Read(string text) => new Visual7WReader(_folder.Write("data.json", text), _folder.Path).Read(int.MaxValue);
}
