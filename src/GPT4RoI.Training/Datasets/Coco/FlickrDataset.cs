using GPT4RoI.Training.Instructions;

namespace GPT4RoI.Training.Datasets.Coco;

/// <summary>
/// Flickr30k Entities (stage 2) in MDETR's merged file: the whole caption for all boxes at once, then the phrase of each. The later questions call a
/// region by the name that it has in a prompt (<c>region2</c>); the authors write a space before the number.
/// </summary>
internal sealed class FlickrDataset : IInstructionDataset
{
    private static readonly Questions Scene = new(
        "What is going on in the scene around {0}?",
        "Describe the picture with its regions {0}.",
        "Please explain what {0} show together.",
        "Here are the regions {0}. What is happening in the picture?",
        "Tell me what the picture shows, looking at {0}.",
        "Give a description of the scene that {0} are part of.");

    private static readonly Questions Phrase = new(
        "Which words of your description are about {0}?",
        "What part of what you said belongs to {0}?",
        "In your description, how did you call what is in {0}?",
        "Which phrase did you use for {0}?",
        "What did you say that {0} shows?");

    private readonly IReadOnlyList<CocoPicture> _pictures;
    private readonly int _maxBoxes;

    /// <exception cref="DatasetException">The file cannot be used.</exception>
    public FlickrDataset(string name, string annotations, string images, int maxBoxes, DataFaults faults)
    {
        (Name, _maxBoxes) = (name, maxBoxes);
        _pictures = CocoFile.Read(annotations, faults).Pictures(images, FirstPhrase);
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public int Count => _pictures.Count;

    /// <inheritdoc/>
    public InstructionSample Get(int index, Random random)
    {
        var picture = _pictures[index];
        var regions = random.Shuffled(picture.Regions, _maxBoxes);
        var scene = Scene.Draw(random, string.Join(',', regions.Select((_, k) => Questions.Region(k))));
        return new InstructionSample(
            new FileSource(picture.Path, ImageFit.Stretched),
            [.. regions.Select(region => region.Box)],
            [
                new InstructionTurn(scene, picture.Caption),
                .. regions.Select((region, k) => new InstructionTurn(Phrase.Draw(random, $"region{k + 1}"), region.Text)),
            ]);
    }

    // Places in the caption are counted in characters as Python counts them, code points.
    private static string? FirstPhrase(CocoImageRecord image, CocoAnnotationRecord annotation)
    {
        if (image.Caption is not { } caption || annotation.TokensPositive is not [[var start, var end], ..] || start < 0 || start >= end)
        {
            return null;
        }

        var characters = caption.EnumerateRunes().ToArray();
        return end <= characters.Length ? string.Concat(characters[start..end].Select(rune => rune.ToString())) : null;
    }
}
