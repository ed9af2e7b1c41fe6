using System.Globalization;
using System.Text.RegularExpressions;
using GPT4RoI.Training.Scenes;
using GPT4RoI.Training.Scenes.Dialogue;
using GPT4RoI.Training.Scenes.Sprites;

namespace GPT4RoI.Training.Tests.Scenes;

/// <summary>Answers questions from the owners of the pixels and the words of the question alone, as a careful person would.</summary>
internal sealed partial class SceneJudge(Scene scene, IReadOnlyDictionary<int, int?> objectOfRegion)
{
    private static readonly string[] Numbers = ["none", "one", "two", "three", "four", "five", "six"];

    private int Size => scene.Image.Width;

    public string Answer(SceneTurn turn)
    {
        var regions = Mentions().Matches(turn.Question).Select(match => int.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture)).ToArray();
        var items = regions.Select(region => objectOfRegion[region]).ToArray();
        if (items.Any(item => item is null))
        {
            return "I am not sure what that is.";
        }

        // In some phrasings the second region comes first.
        var swapped = new[] { "Seen from", "Compared to", "On which side of", "Which side of" }.Any(turn.Question.StartsWith);
        var known = items.Select(item => item!.Value).ToArray();
        var (a, b) = known.Length < 2 ? (known.ElementAtOrDefault(0), 0) : swapped ? (known[1], known[0]) : (known[0], known[1]);
        return turn.Kind switch
        {
            SceneTask.Name => $"{Capital(Article(a))}.",
            SceneTask.Side => Middle(a).X < Middle(b).X ? "To the left." : "To the right.",
            SceneTask.Height => Middle(a).Y < Middle(b).Y ? "Above." : "Below.",
            SceneTask.Bigger => $"region{regions[0]} is {(Pixels(a).Length > Pixels(b).Length ? "bigger" : "smaller")} than region{regions[1]}, "
                + $"so it is region{regions[(Pixels(a).Length > Pixels(b).Length) == Bigger().IsMatch(turn.Question) ? 0 : 1]}.",
            SceneTask.Relation => Relation(turn.Question, regions, a, b),
            SceneTask.Confirm => $"It is {Article(a)}, so {YesNo(Named(turn.Question) == Kind(a))}.",
            SceneTask.NameAll => $"{Names(regions, known)}.",
            SceneTask.Same => $"{Names(regions[..2], known[..2])}, so {YesNo(Kind(a) == Kind(b))}.",
            SceneTask.Describe => $"{Capital(Everything())}.",
            SceneTask.CountAll => $"{Capital(Numbers[scene.Objects.Count])}.",
            SceneTask.CountClass => $"{Capital(Everything())}, so the number of {Named(turn.Question).Plural} is {Numbers[Objects().Count(item => Kind(item) == Named(turn.Question))]}.",
            SceneTask.CountRegions => $"{Names(regions, known)}, so the number of {Named(turn.Question).Plural} is {Numbers[known.Count(item => Kind(item) == Named(turn.Question))]}.",
            SceneTask.IsThere => $"{Capital(Everything())}, so {YesNo(Objects().Any(item => Kind(item) == Named(turn.Question)))}.",
            SceneTask.WhichOf => $"{Names(regions, known)}, so {Article(Named(turn.Question))} is in " + known.Select((item, place) => (item, place))
                .Where(pair => Kind(pair.item) == Named(turn.Question)).Select(pair => $"region{regions[pair.place]}.").DefaultIfEmpty("none of them.").Single(),
            SceneTask.Overlap => Touch(a, b) ? "Yes." : "No.",
            SceneTask.Order => Order(turn.Question, regions, known),
            SceneTask.PlaceAll => $"{Listed([.. known.Select((item, place) => $"region{regions[place]} is {Where(item)}")])}.",
            SceneTask.Relate => Relate(turn.Answer, regions, a, b),
            _ => turn.Answer,
        };
    }

    private static string YesNo(bool yes) => yes ? "yes" : "no";

    private string Names(int[] regions, int[] items) => Listed([.. items.Select((item, place) => $"region{regions[place]} is {Article(item)}")]);

    // By the eighth of the picture's width that an object's middle lies in, then by the eighth of its height.
    private string Everything() => Listed([.. Objects().OrderBy(item => Eighth(Middle(item).X)).ThenBy(item => Eighth(Middle(item).Y)).Select(Article)]);

    private int Eighth(double middle) => (int)((middle + 0.5) * 8 / Size);

    private string Relation(string question, int[] regions, int a, int b)
    {
        var (truth, said) = question switch
        {
            _ when question.Contains("left of", StringComparison.Ordinal) || question.Contains("right of", StringComparison.Ordinal) =>
                (Middle(a).X < Middle(b).X ? "to the left of" : "to the right of", question.Contains("left of", StringComparison.Ordinal) ? "to the left of" : "to the right of"),
            _ when question.Contains("above", StringComparison.Ordinal) || question.Contains("below", StringComparison.Ordinal) =>
                (Middle(a).Y < Middle(b).Y ? "above" : "below", question.Contains("above", StringComparison.Ordinal) ? "above" : "below"),
            _ => (Pixels(a).Length > Pixels(b).Length ? "bigger than" : "smaller than", question.Contains("bigger", StringComparison.Ordinal) ? "bigger than" : "smaller than"),
        };
        return $"region{regions[0]} is {truth} region{regions[1]}, so {YesNo(truth == said)}.";
    }

    private string Order(string question, int[] regions, int[] items)
    {
        var way = Regex.Match(question, "from (the )?(left|right|top|bottom|smallest|biggest) to").Groups[2].Value;
        Func<int, double> rank = way switch
        {
            "left" => item => Middle(item).X,
            "right" => item => -Middle(item).X,
            "top" => item => Middle(item).Y,
            "bottom" => item => -Middle(item).Y,
            "smallest" => item => Pixels(item).Length,
            _ => item => -Pixels(item).Length,
        };
        return $"{Listed([.. items.Zip(regions).OrderBy(pair => rank(pair.First)).Select(pair => $"region{pair.Second}")])}.";
    }

    private string Where(int item)
    {
        var (x, y) = (Middle(item).X / Size, Middle(item).Y / Size);
        var (column, row) = (x < 0.36 ? "left" : x > 0.64 ? "right" : "", y < 0.36 ? "top" : y > 0.64 ? "bottom" : "");
        return (column, row) switch
        {
            ("", "") => "in the center",
            ("", _) => $"at the {row}",
            (_, "") => $"on the {column}",
            _ => $"in the {row} {column}",
        };
    }

    private static string Listed(string[] words) => words.Length == 1 ? words[0] : $"{string.Join(", ", words[..^1])} and {words[^1]}";

    // Which of the facts are clear enough to be said is the answer's choice; of those that it says, all must hold.
    private string Relate(string answer, int[] regions, int a, int b)
    {
        var said = new[] { "left|right", "above|below", "bigger|smaller" }
            .Where(pair => pair.Split('|').Any(word => answer.Contains(word, StringComparison.Ordinal)))
            .Select(pair => pair[0] switch
            {
                'l' => Middle(a).X < Middle(b).X ? "to the left of" : "to the right of",
                'a' => Middle(a).Y < Middle(b).Y ? "above" : "below",
                _ => Pixels(a).Length > Pixels(b).Length ? "bigger than" : "smaller than",
            })
            .Select((word, place) => $"{word} {(place == 0 ? $"region{regions[^1]}" : "it")}").ToArray();
        var overlap = !answer.Contains("overlap", StringComparison.Ordinal) ? "" : Touch(a, b) ? " They overlap." : " They do not overlap.";
        return $"region{regions[0]} is {string.Join(", ", said[..^1])} and {said[^1]}.{overlap}";
    }

    // The longest class name in the question: "tropical fish" is not "fish".
    private static SpriteClass Named(string question) => DemoFiles.Classes.Items
        .SelectMany(kind => new[] { (Kind: kind, Text: kind.Name), (Kind: kind, Text: kind.Plural) })
        .Where(name => Regex.IsMatch(question, $@"(?<![\w-]){Regex.Escape(name.Text)}(?![\w-])"))
        .MaxBy(name => name.Text.Length).Kind;

    private IEnumerable<int> Objects() => Enumerable.Range(0, scene.Objects.Count);

    private SpriteClass Kind(int item) => DemoFiles.Classes.Items[scene.Objects[item].Class];

    private string Article(int item) => Article(Kind(item));

    private static string Article(SpriteClass kind) => $"{kind.Article} {kind.Name}";

    private static string Capital(string text) => text[..1].ToUpperInvariant() + text[1..];

    private int[] Pixels(int item) => [.. Enumerable.Range(0, scene.Owner.Length).Where(at => scene.Owner[at] == item + 1)];

    private (double X, double Y) Middle(int item)
    {
        var pixels = Pixels(item);
        return ((pixels.Min(at => at % Size) + pixels.Max(at => at % Size)) / 2.0, (pixels.Min(at => at / Size) + pixels.Max(at => at / Size)) / 2.0);
    }

    private bool Touch(int a, int b)
    {
        var other = Pixels(b).ToHashSet();
        return Pixels(a).Any(at => other.Contains(at + 1) || other.Contains(at - 1) || other.Contains(at + Size) || other.Contains(at - Size));
    }

    [GeneratedRegex("<region([0-9]+)>")]
    private static partial Regex Mentions();

    [GeneratedRegex("bigger|larger|more")]
    private static partial Regex Bigger();
}
