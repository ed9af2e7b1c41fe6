using GPT4RoI.Training.Evaluation;
using GPT4RoI.Training.Evaluation.Data;

namespace GPT4RoI.Training.Tests.Evaluation.Data;

public sealed class CaptionReaderTests : IDisposable
{
    private readonly DataFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Read_VisualGenome_HasACaptionPerAnnotation()
    {
        var data = Read("""
            {"images": [{"id": 1, "file_name": "VG/1.jpg"}, {"id": 2, "file_name": "VG/2.jpg"}],
             "annotations": [{"image_id": 2, "bbox": [1, 2, 10, 20], "caption": "a cat"}, {"image_id": 1, "bbox": [0, 0, 5, 5], "caption": "a dog"}]}
            """);

        Assert.Empty(data.Skipped);
        Assert.Equal([_folder.PathOf("VG/2.jpg"), _folder.PathOf("VG/1.jpg")], data.Records.Select(record => record.Image));
        Assert.Equal([new(1, 1, 2, 11, 22), new(1, 0, 0, 5, 5)], data.Records.Select(record => record.Region));
        Assert.Equal([["a cat"], ["a dog"]], data.Records.Select(record => record.Captions));
    }

    [Fact]
    public void Read_Mdetr_JoinsExpressionsOfOneBox()
    {
        var data = Read("""
            {"images": [{"id": 1, "file_name": "a.jpg", "caption": "left man"}, {"id": 2, "file_name": "a.jpg", "caption": "man in red"},
                        {"id": 3, "file_name": "a.jpg", "caption": "right man"}],
             "annotations": [{"image_id": 1, "bbox": [1, 2, 3, 4]}, {"image_id": 2, "bbox": [1, 2, 3, 4]}, {"image_id": 3, "bbox": [5, 2, 3, 4]}]}
            """);

        Assert.Equal([["left man", "man in red"], ["right man"]], data.Records.Select(record => record.Captions));
    }

    [Theory]
    [InlineData("""{"image_id": 9, "bbox": [0, 0, 1, 1], "caption": "x"}""", "no image 9")]
    [InlineData("""{"image_id": 1, "bbox": [0, 0, 0, 1], "caption": "x"}""", "'bbox' is 0 x 1")]
    [InlineData("""{"image_id": 1, "bbox": [0, 0, 1], "caption": "x"}""", "no list of 4 numbers")]
    [InlineData("""{"image_id": 1, "bbox": [0, 0, 1, "1"], "caption": "x"}""", "'bbox' is no number")]
    [InlineData("""{"image_id": 1, "bbox": [0, 0, 1, 1], "caption": " "}""", "'caption' is empty")]
    [InlineData("""{"image_id": 1, "bbox": [0, 0, 1, 1]}""", "'caption' is missing")]
    [InlineData("7", "'image_id' is missing")]
    public void Read_BadAnnotation_IsSkipped(string annotation, string reason)
    {
        var data = Read("{\"images\": [{\"id\": 1, \"file_name\": \"a.jpg\"}], \"annotations\": [" + annotation + "]}");

        Assert.Empty(data.Records);
        var problem = Assert.Single(data.Skipped);
        Assert.Equal("data.json annotations[0]", problem.Where);
        Assert.Contains(reason, problem.Reason);
    }

    [Theory]
    [InlineData("""{"images": []}""", "no list 'annotations'")]
    [InlineData("[]", "not a JSON object")]
    [InlineData("{", "not JSON")]
    public void Read_OtherLayout_SaysWhatIsMissing(string text, string reason) =>
        Assert.Contains(reason, Assert.Throws<EvaluationDataException>(() => Read(text)).Message);

    private EvaluationData<CaptionRecord> Read(string text) => new CaptionReader(_folder.Write("data.json", text), _folder.Path).Read(int.MaxValue);
}
