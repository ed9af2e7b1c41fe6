using GPT4RoI.Training.Instructions;

namespace GPT4RoI.Training.Datasets.Coco;

/// <summary>Pictures whose regions each have a text: one turn per region, in random order.</summary>
internal sealed class RegionCaptionDataset : IInstructionDataset
{
    private const int FewestWords = 3;

    private readonly IReadOnlyList<CocoPicture> _pictures;
    private readonly RegionQuestions _questions;
    private readonly int _maxBoxes;

    private RegionCaptionDataset(string name, IReadOnlyList<CocoPicture> pictures, RegionQuestions questions, int maxBoxes) =>
        (Name, _pictures, _questions, _maxBoxes) = (name, pictures, questions, maxBoxes);

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public int Count => _pictures.Count;

    /// <summary>
    /// RefCOCO and RefCOCO+ (stage 1) and RefCOCOg (stage 2) in MDETR's files: each image entry has one expression and the box it is about.
    /// Expressions of fewer than three words are left out, as the authors do.
    /// </summary>
    /// <exception cref="DatasetException">The file cannot be used.</exception>
    public static RegionCaptionDataset Expressions(
        string name, RegionQuestions questions, string annotations, string images, int maxBoxes, DataFaults faults)
    {
        var pictures = CocoFile.Read(annotations, faults).Pictures(images, (image, _) => image.Caption);
        return new RegionCaptionDataset(
            name, [.. pictures.Where(picture => picture.Caption.Split(' ').Length >= FewestWords)], questions, maxBoxes);
    }

    /// <summary>Visual Genome's region descriptions (stage 2) in COCO's layout: each annotation has its own.</summary>
    /// <exception cref="DatasetException">The file cannot be used.</exception>
    public static RegionCaptionDataset VisualGenome(string name, string annotations, string images, int maxBoxes, DataFaults faults)
    {
        var pictures = CocoFile.Read(annotations, faults).Pictures(images, (_, annotation) => annotation.Caption);
        return new RegionCaptionDataset(name, pictures, RegionQuestions.InDetail, maxBoxes);
    }

    /// <inheritdoc/>
    public InstructionSample Get(int index, Random random)
    {
        var picture = _pictures[index];
        var regions = random.Shuffled(picture.Regions, _maxBoxes);
        return new InstructionSample(
            new FileSource(picture.Path, ImageFit.Stretched),
            [.. regions.Select(region => region.Box)],
            [.. regions.Select((region, k) => new InstructionTurn(Ask(k, random), region.Text))]);
    }

    private string Ask(int region, Random random) =>
        (region == 0 ? _questions.First : _questions.Further).Draw(random, _questions.Numbered ? Questions.Region(region) : "<bbox>");
}
