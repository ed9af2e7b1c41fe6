using System.Collections.Concurrent;
using GPT4RoI.Training.Scenes.Dialogue;
using GPT4RoI.Training.Scenes.Evaluation;

namespace GPT4RoI.Training.Tests.Scenes;

public sealed class SceneEvaluationTests
{
    private static readonly SceneEvaluation Evaluation = new(DemoFiles.Sprites, DemoFiles.Options(0), seed: 11);

    [Fact]
    public async Task RunAsync_OneWhoKnows_IsAlwaysRight()
    {
        var report = await RunAsync(question => question.Turn.Answer);
        Assert.Equal((1, 1, 1, 1, 1, 0), (report.Naming, report.Relations, report.Counting, report.WhichOf, report.Swap, report.FalseConfidence));
        Assert.Equal(60, report.Scenes);
        Assert.All(report.Tasks, task => Assert.Equal(1, task.Value));
        Assert.Superset(new HashSet<SceneTask> { SceneTask.Name, SceneTask.CountAll, SceneTask.Side, SceneTask.WhichOf, SceneTask.Nothing }, report.Tasks.Keys.ToHashSet());
        Assert.DoesNotContain(SceneTask.NameAll, report.Tasks.Keys); // of swaps alone
        Assert.InRange(report.Questions, 60 * 4, 60 * 7);
    }

    [Fact]
    public async Task RunAsync_OneWhoSaysDogToEverything_IsHardlyEverRightAndFalselyConfident()
    {
        var report = await RunAsync(_ => "A dog.");
        Assert.InRange(report.Naming!.Value, 0, 0.1);
        Assert.Equal((0, 0, 0, 0, 1), (report.Relations, report.Counting, report.WhichOf, report.Swap, report.FalseConfidence));
    }

    [Fact]
    public async Task RunAsync_OneWhoCannotCompareSizes_FailsInThatKindAlone()
    {
        var report = await RunAsync(question => question.Turn.Kind == SceneTask.Bigger ? "Both." : question.Turn.Answer);
        Assert.All(report.Tasks, task => Assert.Equal(task.Key == SceneTask.Bigger ? 0 : 1, task.Value));
        Assert.InRange(report.Relations!.Value, 0.5, 0.95);
        Assert.Equal(1, report.Naming);
    }

    [Fact]
    public async Task RunAsync_OneWhoLooksAtNoBox_SwapsNothing()
    {
        // The right answer to the first of two questions is wrong for the second.
        var first = new ConcurrentDictionary<string, string>();
        var report = await RunAsync(question => question.Category == SceneCategory.Swap
            ? first.GetOrAdd(question.Turn.Question + question.Regions.Min(box => box.X1), question.Turn.Answer)
            : question.Turn.Answer);
        Assert.Equal(0, report.Swap);
        Assert.Equal(1, report.Naming);
    }

    [Fact]
    public void Draw_Swaps_ExchangeTheBoxesAndKeepTheWords()
    {
        for (var index = 0; index < 100; index++)
        {
            var swap = Evaluation.Draw(index).Questions.Where(question => question.Category == SceneCategory.Swap).ToArray();
            Assert.True(swap.Length is 0 or 2);
            if (swap.Length == 2)
            {
                Assert.Equal(swap[0].Turn.Question, swap[1].Turn.Question);
                Assert.Equal(swap[0].Regions, swap[1].Regions.Reverse());
                Assert.NotEqual(swap[0].Turn.Answer, swap[1].Turn.Answer);
            }
        }
    }

    [Fact]
    public void Draw_SameNumber_GivesTheSameQuestionsOthersGiveOthers()
    {
        var again = new SceneEvaluation(DemoFiles.Sprites, DemoFiles.Options(0), seed: 11);
        Assert.Equal(Words(Evaluation, 4), Words(again, 4));
        Assert.NotEqual(Words(Evaluation, 4), Words(Evaluation, 5));
        Assert.NotEqual(Words(Evaluation, 4), Words(new SceneEvaluation(DemoFiles.Sprites, DemoFiles.Options(0), seed: 12), 4));
    }

    [Fact]
    public void Draw_AnyScene_HasExactBoxes()
    {
        for (var index = 0; index < 30; index++)
        {
            Assert.All(Evaluation.Draw(index).Scene.Objects, item => Assert.Equal(item.Bounds, item.Box));
        }
    }

    [Theory]
    [InlineData("A tiger.", "tiger")]
    [InlineData(" It is  a tiger ", "tiger")]
    [InlineData("There are 2.", "two")]
    [InlineData("<region2>.", "region2")]
    [InlineData("No, it is a dog.", "no, it is a dog")]
    [InlineData("An ant.", "ant")]
    [InlineData("Two tigers", "two tigers")]
    [InlineData("region1 is a dog and region2 is a cat, so a cat is in region2.", "cat is in region2")]
    [InlineData("region1 is bigger than region2, so it is region2.", "region2")]
    [InlineData("A dog and a dog, so the number of dogs is two.", "number of dogs is two")]
    [InlineData("A dog and a cat, so two.", "two")]
    [InlineData("A dog, so 1.", "one")]
    public void Parse_Answer_KeepsWhatItSays(string answer, string said) => Assert.Equal(said, AnswerText.Parse(answer));

    [Theory]
    [InlineData(0.5f, 0)]
    [InlineData(0, 0.5)]
    public void Constructor_AugmentationOrCrowds_IsRefused(float augmentation, double crowded) => Assert.Throws<ArgumentException>(
        () => new SceneEvaluation(DemoFiles.Sprites, DemoFiles.Options(augmentation) with { Crowded = crowded }, seed: 1));

    private static string Words(SceneEvaluation evaluation, int index) =>
        string.Join('\n', evaluation.Draw(index).Questions.Select(question => $"{question.Turn.Question} {question.Turn.Answer}"));

    // Answers by looking the question up: the same words can have other answers in other scenes, hence the boxes in the key.
    private static Task<SceneReport> RunAsync(Func<SceneQuestion, string> answer)
    {
        var questions = Enumerable.Range(0, 60).Select(Evaluation.Draw).SelectMany(drawn => drawn.Questions.Select(question => (drawn.Scene, question)))
            .OrderByDescending(pair => pair.question.Category == SceneCategory.Swap).DistinctBy(pair => Key(pair.question.Turn.Question, pair.question.Regions, pair.Scene.Image.Rgb))
            .ToDictionary(pair => Key(pair.question.Turn.Question, pair.question.Regions, pair.Scene.Image.Rgb), pair => pair.question);
        return Evaluation.RunAsync(
            60, (image, regions, question, _) => Task.FromResult(answer(questions[Key(question, regions, image.Rgb)])), parallel: 3, null, TestContext.Current.CancellationToken);
    }

    private static string Key(string question, IEnumerable<Model.Regions.BoundingBox> regions, ReadOnlyMemory<byte> pixels) =>
        $"{question} {string.Join(' ', regions)} {Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(pixels.Span))}";
}
