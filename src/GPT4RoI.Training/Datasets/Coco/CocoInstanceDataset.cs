using GPT4RoI.Training.Instructions;

namespace GPT4RoI.Training.Datasets.Coco;

/// <summary>COCO instances (stage 1): what is in each box, in one word of a given list. Pictures are shifted and mirrored at random.</summary>
internal sealed class CocoInstanceDataset : IInstructionDataset
{
    private const int LargestShift = 32;

    private static readonly Questions Instructions = new(
        "I will show you regions of this picture one at a time. Answer with nothing but the category of what is in the region. The categories are: {0}.",
        "Each of my questions is a region of the image. Reply only with the name of the category it belongs to, out of these: {0}.",
        "Name the category of the object in every region that I give you, and say nothing else. Choose from: {0}.");

    private readonly IReadOnlyList<CocoPicture> _pictures;
    private readonly string _categories;
    private readonly int _maxBoxes;

    /// <exception cref="DatasetException">The file cannot be used.</exception>
    public CocoInstanceDataset(string name, string annotations, string images, int maxBoxes, DataFaults faults)
    {
        var file = CocoFile.Read(annotations, faults, withCategories: true);
        (Name, _maxBoxes) = (name, maxBoxes);
        _categories = string.Join(", ", file.Categories.Values);
        _pictures = file.Pictures(images, (_, annotation) => annotation.CategoryId is { } id ? file.Categories.GetValueOrDefault(id) : null);
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public int Count => _pictures.Count;

    /// <inheritdoc/>
    public InstructionSample Get(int index, Random random)
    {
        var picture = _pictures[index];
        var (motion, regions) = Move(picture.Regions, random);
        var chosen = random.Shuffled(regions, _maxBoxes);
        var instruction = Instructions.Draw(random, _categories);
        return new InstructionSample(
            new FileSource(picture.Path, ImageFit.Stretched, motion),
            [.. chosen.Select(region => region.Box)],
            [.. chosen.Select((region, k) => new InstructionTurn(k == 0 ? $"<image>\n{instruction}\n<bbox>" : "<bbox>", region.Text))]);
    }

    // As mmdet's RandomShift: one that would leave no box is not done.
    private static (ImageMotion Motion, CocoRegion[] Regions) Move(IReadOnlyList<CocoRegion> regions, Random random)
    {
        var shifted = random.Next(2) == 0;
        var (right, down) = (random.Next(-LargestShift, LargestShift + 1), random.Next(-LargestShift, LargestShift + 1));
        var mirrored = random.Next(2) == 0;
        var motion = new ImageMotion(shifted ? right : 0, shifted ? down : 0, mirrored);
        var moved = Move(regions, motion);
        return moved.Length > 0 ? (motion, moved) : (motion with { Right = 0, Down = 0 }, Move(regions, motion with { Right = 0, Down = 0 }));
    }

    private static CocoRegion[] Move(IReadOnlyList<CocoRegion> regions, ImageMotion motion) =>
        [.. regions.Select(region => region with { Box = motion.Move(region.Box) }).Where(region => CocoBoxes.IsLargeEnough(region.Box))];
}
