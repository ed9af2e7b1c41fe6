using GPT4RoI.Training.Evaluation;

namespace GPT4RoI.Training.Tests.Evaluation;

public sealed class ReportMarkdownTests
{
    [Fact]
    public void Write_Report_KeepsPublishedFiguresApart()
    {
        var report = new EvaluationReport(
            "caption", "tiny", "vg.json", "How.", 3, [new("METEOR", 12.34, 2), new("BLEU-1", null, 0)], [new("3.jpg", "no\nfile")], [],
            [new("caption", "Other|7B", "test", "a paper", new Dictionary<string, double> { ["METEOR"] = 16.5 })]);

        Assert.Equal(
            """
            # Evaluation: caption

            Model: tiny. Data: vg.json. Records asked: 3; failed: 1; skipped as unusable: 0.

            How.

            | | METEOR | BLEU-1 |
            |---|---:|---:|
            | **this run** | 12.3 | – |
            | published: Other\|7B, test (a paper) | 16.5 | – |

            Rows marked “published” are other people's figures, from their own runs and scorers; they are not results of this program.

            ## Failed

            - 3.jpg: no file

            """,
            ReportMarkdown.Write(report));
    }

    [Theory]
    [InlineData("vcr")]
    [InlineData("caption")]
    [InlineData("v7w")]
    public void PublishedResults_EachTask_NameTheirSource(string task)
    {
        var results = PublishedResults.For(task);

        Assert.NotEmpty(results);
        Assert.All(results, result => Assert.NotEmpty(result.Source));
    }
}
