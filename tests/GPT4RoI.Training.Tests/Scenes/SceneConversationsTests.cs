using System.Text.RegularExpressions;
using GPT4RoI.Model.Prompting;
using GPT4RoI.Training.Scenes;
using GPT4RoI.Training.Scenes.Dialogue;
using GPT4RoI.Training.Scenes.Evaluation;

namespace GPT4RoI.Training.Tests.Scenes;

public sealed class SceneConversationsTests
{
    private static readonly SceneGenerator Generator = new(DemoFiles.Sprites, DemoFiles.Options(0));
    private static readonly SceneConversations Conversations = new(DemoFiles.Sprites);

    private static readonly (Scene Scene, SceneDialogue Talk)[] Talks =
        [.. Enumerable.Range(0, 1500).Select(seed => new Random(seed)).Select(random => (Generator.Create(random), random)).Select(pair => (pair.Item1, Conversations.Talk(pair.Item1, pair.random)))];

    [Fact]
    public void Create_SameSeed_GivesTheSameConversation()
    {
        var (first, second) = (Conversations.Create(Talks[3].Scene, new Random(9)), Conversations.Create(Talks[3].Scene, new Random(9)));
        Assert.Equal(first.Turns, second.Turns);
        Assert.Equal(first.Boxes, second.Boxes);
    }

    [Fact]
    public void Talk_EveryKindOfQuestion_IsAnsweredAsAPersonWouldFromThePixels()
    {
        var asked = new HashSet<SceneTask>();
        foreach (var (scene, talk) in Talks.Take(500))
        {
            var judge = new SceneJudge(scene, Objects(scene, talk));
            foreach (var turn in talk.Turns)
            {
                asked.Add(turn.Kind);
                Assert.True(turn.Answer == judge.Answer(turn), $"{turn.Question} -> {turn.Answer}, not {judge.Answer(turn)}");
            }
        }

        Assert.Equal(Enum.GetValues<SceneTask>().ToHashSet(), asked);
    }

    [Fact]
    public void CreateTold_Questions_TellAllThatTheirAnswersSay()
    {
        for (var seed = 0; seed < 300; seed++)
        {
            var random = new Random(seed);
            var sample = Conversations.CreateTold(Generator.Imagine(random), random);
            Assert.Null(sample.Image);
            Assert.Empty(sample.Boxes);
            var told = "";
            foreach (var turn in sample.Turns)
            {
                Assert.DoesNotContain("<", turn.Human, StringComparison.Ordinal);
                told += turn.Human;
                Assert.All(Named(turn.Assistant), name => Assert.Contains(name, told, StringComparison.OrdinalIgnoreCase));
            }
        }

        static IEnumerable<string> Named(string answer) => DemoFiles.Classes.Items.Select(kind => kind.Name)
            .Where(name => Regex.IsMatch(answer, $@"\b{Regex.Escape(name)}\b", RegexOptions.IgnoreCase));
    }

    [Fact]
    public void Imagine_Objects_LieInThePicture()
    {
        var objects = Enumerable.Range(0, 100).SelectMany(seed => Generator.Imagine(new Random(seed)).Objects).ToArray();
        Assert.InRange(objects.Length, 200, 400);
        Assert.All(objects, item => Assert.True(item.Bounds is { X1: >= 0, Y1: >= 0, X2: <= 1, Y2: <= 1 } && item.Bounds.X1 < item.Bounds.X2 && item.Bounds.Y1 < item.Bounds.Y2));
    }

    [Fact]
    public void Talk_Captions_NameTheThirdOfThePictureAndTheSizeOfTheBox()
    {
        foreach (var (scene, talk) in Talks)
        {
            foreach (var turn in talk.Turns.Where(turn => turn.Kind == SceneTask.Caption))
            {
                var item = scene.Objects[Objects(scene, talk)[int.Parse(Regex.Match(turn.Question, "<region(.)>").Groups[1].Value)]!.Value];
                var (x, y) = ((item.Bounds.X1 + item.Bounds.X2) / 2, (item.Bounds.Y1 + item.Bounds.Y2) / 2);
                var side = Math.Max(item.Bounds.X2 - item.Bounds.X1, item.Bounds.Y2 - item.Bounds.Y1);
                Assert.Equal(x < 0.36, turn.Answer.EndsWith("left.", StringComparison.Ordinal));
                Assert.Equal(x > 0.64, turn.Answer.EndsWith("right.", StringComparison.Ordinal));
                Assert.Equal(y < 0.36, Regex.IsMatch(turn.Answer, "the top( left| right)?\\.$"));
                Assert.Equal(y > 0.64, Regex.IsMatch(turn.Answer, "the bottom( left| right)?\\.$"));
                Assert.StartsWith(side < 0.345 ? "A small" : side > 0.47 ? "A large" : "A medium-sized", turn.Answer, StringComparison.Ordinal);
                Assert.Contains(DemoFiles.Classes.Items[item.Class].Name, turn.Answer, StringComparison.Ordinal);
            }
        }
    }

    [Fact]
    public void Talk_Answers_NoneIsTheBestGuess()
    {
        foreach (var kind in new[] { SceneTask.Confirm, SceneTask.IsThere, SceneTask.Relation, SceneTask.Overlap })
        {
            Assert.InRange(Share(kind, answer => AnswerText.Parse(answer) == "yes"), 0.35, 0.65);
        }

        foreach (var size in new[] { "A small", "A medium-sized", "A large" })
        {
            Assert.InRange(Share(SceneTask.Caption, answer => answer.StartsWith(size, StringComparison.Ordinal)), 0.15, 0.6);
        }

        Assert.InRange(Share(SceneTask.Side, answer => answer == "To the left."), 0.4, 0.6);
        Assert.InRange(Share(SceneTask.Height, answer => answer == "Above."), 0.4, 0.6);
    }

    [Fact]
    public void Talk_SixPhrasesOrMoreForEachQuestion_AllComeUp()
    {
        var questions = Talks.SelectMany(pair => pair.Talk.Turns).Select(turn => turn.Question).ToArray();
        foreach (var field in typeof(ScenePhrases).GetFields())
        {
            var phrases = Assert.IsType<string[]>(field.GetValue(null));
            Assert.True(phrases.Distinct().Count() >= 6, field.Name);
            Assert.All(phrases, phrase =>
            {
                var pattern = Regex.Replace(Regex.Escape(phrase), @"\\\{\w+}", ".+");
                Assert.Contains(questions, question => Regex.IsMatch(question, $"^{pattern}$", RegexOptions.IgnoreCase));
            });
        }
    }

    [Theory]
    [InlineData(SceneTask.Name, SceneTask.NameAll)]
    [InlineData(SceneTask.Place, SceneTask.PlaceAll)]
    public void Talk_WhatAnEarlierAnswerHasTold_IsNotAskedForAgain(SceneTask kind, SceneTask forAll)
    {
        var asked = 0;
        foreach (var (_, talk) in Talks)
        {
            var told = new HashSet<string>();
            foreach (var turn in talk.Turns.Where(turn => turn.Kind == kind || turn.Kind == forAll))
            {
                var before = told.Count;
                told.UnionWith(Regex.Matches(turn.Question, "<region[0-9]+>").Select(match => match.Value));
                Assert.True(told.Count > before, turn.Question);
                asked++;
            }
        }
        Assert.True(asked > 200);
    }

    [Fact]
    public void Talk_AllKindsOfQuestions_IsAConversation()
    {
        Assert.InRange(Talks.Average(pair => pair.Talk.Turns.Count(turn => turn.Question.Contains("<region", StringComparison.Ordinal))), 2.5, 6);
        Assert.InRange(Talks.Average(pair => pair.Talk.Turns.Count >= 2 ? 1.0 : 0), 0.98, 1);
    }

    [Fact]
    public void ToSample_FirstMentions_CarryTheBoxesInTheirOrder()
    {
        foreach (var (scene, talk) in Talks.Take(200))
        {
            var sample = talk.ToSample();
            var text = string.Join('\n', sample.Turns.Select(turn => turn.Human));
            Assert.DoesNotContain("<region", text, StringComparison.Ordinal);
            var named = Regex.Matches(text, "region([0-9]+) <bbox>").Select(match => int.Parse(match.Groups[1].Value)).ToArray();
            Assert.Equal(sample.Boxes.Count, named.Length);
            Assert.Distinct(named);
            Assert.Equal(named.Select(id => talk.Regions[id]), sample.Boxes);
            Assert.InRange(sample.Turns.Count, 1, 6);
            Assert.All(sample.Turns, turn => Assert.DoesNotContain("<", turn.Assistant, StringComparison.Ordinal));
        }
    }

    [Fact]
    public void ToSample_DemoTokenizer_GivesThePromptOfInference()
    {
        var tokenizer = Gpt4RoiTokenizer.Load(DemoFiles.Folder);
        foreach (var (_, talk) in Talks.Take(50))
        {
            var sample = talk.ToSample();
            var declared = new HashSet<int>();
            var turns = talk.Turns.Select(turn => new PromptTurn(new UserText(turn.Question), NewRegions(turn, declared), new UserText(turn.Answer))).ToArray();
            var built = new PromptBuilder(tokenizer, ConversationTemplate.Vicuna, 64).TryBuild(turns[..^1], turns[^1].Question, turns[^1].NewRegions, out var prompt, out _);
            Assert.True(built);
            Assert.Equal(sample.Boxes.Count, prompt!.RegionSlots.Count);
            Assert.InRange(prompt.TokenIds.Length, 80, 500);
        }
    }

    private static int[] NewRegions(SceneTurn turn, HashSet<int> declared) =>
        [.. Regex.Matches(turn.Question, "<region([0-9]+)>").Select(match => int.Parse(match.Groups[1].Value)).Where(declared.Add)];

    private static Dictionary<int, int?> Objects(Scene scene, SceneDialogue talk) => talk.Regions.ToDictionary(
        region => region.Key,
        region => scene.Objects.Select((item, index) => (item, index)).Where(pair => pair.item.Box == region.Value).Select(pair => (int?)pair.index).FirstOrDefault());

    private static double Share(SceneTask kind, Func<string, bool> counts) =>
        Talks.SelectMany(pair => pair.Talk.Turns).Where(turn => turn.Kind == kind).Average(turn => counts(turn.Answer) ? 1.0 : 0);
}
