using GPT4RoI.Training.Evaluation;
using GPT4RoI.Training.Evaluation.Tasks;

namespace GPT4RoI.Training.Tests.Evaluation.Tasks;

public sealed class EvaluationTaskTests : IDisposable
{
    private readonly DataFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Vcr_Run_AsksBothTurnsAndScoresThem()
    {
        // Right: answers A, B, C, D and reasons D, C, B, A. The model knows all answers but the fourth and says (B) for every reason.
        _folder.Write("m.json", """{"boxes": [[1, 2, 3, 4], [5, 6, 7, 8]]}""");
        var data = _folder.Write("vcr.jsonl", string.Join('\n', Enumerable.Range(0, 4).Select(Line)));
        var model = new ScriptedAnswerer((_, question) => question.NewRegions.Count == 0 ? "(B)" : question.Text.Contains("question 3") ? "A" : Letter(question.Text));

        var report = await RunAsync(new VcrTask(data, _folder.Path, int.MaxValue), model);

        Assert.Equal([new("Q→A", 75, 4), new("QA→R", 25, 4), new("Q→AR", 25, 4)], report.Scores);
        var (image, questions) = model.Asked.Single(asked => asked.Questions[0].Text.Contains("question 1"));
        Assert.Equal(_folder.PathOf("1.jpg"), image.Name);
        Assert.Equal(
            "There are <region1>,<region2> in the picture. Is person at <region1> in question 1?\n(A) a0 dog at <region2>\n(B) a1 dog at <region2>\n(C) a2 dog at <region2>\n"
            + "(D) a3 dog at <region2>\nAnswer with the letter of the right choice.",
            questions[0].Text);
        Assert.Equal([new(1, 1, 2, 3, 4), new(2, 5, 6, 7, 8)], questions[0].NewRegions);
        Assert.StartsWith("The right answer is: a1 dog at <region2>\nWhat is the reason?\n(A) r0\n", questions[1].Text);

        static string Letter(string question) => ((char)('A' + (question[question.IndexOf("question ", StringComparison.Ordinal) + 9] - '0'))).ToString();

        static string Line(int number) => $$"""
            {"annot_id": "{{number}}", "img_fn": "{{number}}.jpg", "metadata_fn": "m.json", "objects": ["person", "dog"],
             "question": ["Is", [0], "in", "question", "{{number}}", "?"], "answer_choices": [["a0", [1]], ["a1", [1]], ["a2", [1]], ["a3", [1]]],
             "answer_label": {{number}}, "rationale_choices": [["r0"], ["r1"], ["r2"], ["r3"]], "rationale_label": {{3 - number}}}
            """.ReplaceLineEndings("");
    }

    [Fact]
    public async Task Caption_Run_ScoresWhatIsAnsweredAndReportsTheRest()
    {
        var data = _folder.Write("vg.json", """
            {"images": [{"id": 1, "file_name": "1.jpg"}, {"id": 2, "file_name": "2.jpg"}, {"id": 3, "file_name": "3.jpg"}],
             "annotations": [{"image_id": 1, "bbox": [1, 2, 3, 4], "caption": "A big, black cat!"}, {"image_id": 2, "bbox": [0, 0, 9, 9], "caption": "two small white dogs"},
                             {"image_id": 3, "bbox": [0, 0, 9, 9], "caption": "lost"}, {"image_id": 4, "bbox": [0, 0, 9, 9], "caption": "bad"}]}
            """);
        var model = new ScriptedAnswerer((image, question) => Path.GetFileName(image.Name) switch
        {
            "1.jpg" when question.Text.Contains("<region1>") => "a big black cat",
            "2.jpg" => "Two small white dogs.",
            _ => throw new AnswerFailedException("The picture was refused."),
        });

        var report = await RunAsync(new CaptionTask(data, _folder.Path, int.MaxValue), model);

        Assert.Equal(["BLEU-1", "BLEU-2", "BLEU-3", "BLEU-4", "METEOR", "ROUGE-L", "CIDEr-D"], report.Scores.Select(score => score.Name));
        // Everything right: METEOR has 2 chunks for 8 matches, CIDEr-D is 10 in hundredths.
        Assert.Equal([100, 100, 100, 100, 100 * (1 - (0.5 / 64)), 100, 1000], report.Scores.Select(score => score.Value!.Value), (one, other) => Math.Abs(one - other) < 1e-9);
        Assert.All(report.Scores, score => Assert.Equal(2, score.Of));
        Assert.Equal([new("3.jpg [0, 0, 9, 9]", "The picture was refused.")], report.Failed);
        Assert.Equal("vg.json annotations[3]", Assert.Single(report.Skipped).Where);
        Assert.Equal(3, report.Asked);
    }

    [Fact]
    public async Task Visual7W_Run_ScoresChoices()
    {
        var data = _folder.Write("v7w.json", """
            {"images": [{"filename": "1.jpg", "split": "test", "qa_pairs": [
               {"qa_id": 1, "question": "Which one?", "answer": 4, "multiple_choices": [1, 2, 3]}, {"qa_id": 2, "question": "Which other?", "answer": 4, "multiple_choices": [1, 2, 3]}]}],
             "boxes": [{"box_id": 1, "x": 1, "y": 1, "width": 1, "height": 1}, {"box_id": 2, "x": 2, "y": 1, "width": 1, "height": 1},
                       {"box_id": 3, "x": 3, "y": 1, "width": 1, "height": 1}, {"box_id": 4, "x": 4, "y": 1, "width": 1, "height": 1}]}
            """);
        var model = new ScriptedAnswerer((_, _) => "It is region2.");

        var report = await RunAsync(new Visual7WTask(data, _folder.Path, int.MaxValue), model);

        Assert.Equal([new("accuracy", 50, 2)], report.Scores);
        Assert.All(model.Asked, asked => Assert.Equal(4, Assert.Single(asked.Questions).NewRegions.Count));
    }

    [Fact]
    public async Task Run_NothingAnswered_HasNoFigures()
    {
        var data = _folder.Write("vg.json", """{"images": [], "annotations": []}""");

        var report = await RunAsync(new CaptionTask(data, _folder.Path, int.MaxValue), new ScriptedAnswerer((_, _) => ""));

        Assert.All(report.Scores, score => Assert.Null(score.Value));
    }

    [Fact]
    public async Task Run_BrokenModel_EndsTheRun()
    {
        var data = _folder.Write("vg.json", """{"images": [{"id": 1, "file_name": "1.jpg"}], "annotations": [{"image_id": 1, "bbox": [1, 2, 3, 4], "caption": "x"}]}""");
        var model = new ScriptedAnswerer((_, _) => throw new InvalidOperationException("broken"));

        await Assert.ThrowsAsync<InvalidOperationException>(() => RunAsync(new CaptionTask(data, _folder.Path, int.MaxValue), model));
    }

    private static Task<EvaluationReport> RunAsync(IEvaluationTask task, IRegionAnswerer model) =>
        task.RunAsync(model, new(Concurrency: 3), TestContext.Current.CancellationToken);
}
