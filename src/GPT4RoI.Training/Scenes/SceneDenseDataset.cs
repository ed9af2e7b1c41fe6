using GPT4RoI.Model.Vision;
using GPT4RoI.Training.Instructions;
using GPT4RoI.Training.Vision;

namespace GPT4RoI.Training.Scenes;

/// <summary>
/// Scenes whose patches and boxes have classes: every other one a grid of large objects, which shows the most in the least time. The last class is
/// background. Thread-safe.
/// </summary>
/// <param name="generator">Draws the scenes.</param>
/// <param name="objectClasses">Kinds of objects.</param>
/// <param name="count">Samples that make an epoch.</param>
/// <param name="preprocessor">The model's.</param>
/// <param name="grid">Patches along one side.</param>
internal sealed class SceneDenseDataset(SceneGenerator generator, int objectClasses, int count, ImagePreprocessor preprocessor, int grid) : IDenseVisionDataset
{
    private const int FewestColumns = 2, MostColumns = 3;

    // Parts of a patch that make it an object's or the background's; what lies between has no label.
    private const double ObjectShare = 0.4, BackgroundShare = 0.85;

    /// <inheritdoc/>
    public int Classes => objectClasses + 1;

    /// <inheritdoc/>
    public int Count => count;

    /// <inheritdoc/>
    public DenseSample Get(int index, Random random)
    {
        var scene = index % 3 != 0 ? generator.CreateGrid(random, random.Next(FewestColumns, MostColumns + 1)) : generator.Create(random);
        var (patches, centres) = (PatchLabels(scene), new int[grid * grid]);
        foreach (var (number, item) in scene.FromLeftToRight(grid).Index())
        {
            var (column, row) = scene.Objects[item].Cell(grid);
            (patches[(row * grid) + column], centres[(row * grid) + column]) = (scene.Objects[item].Class, number + 1);
        }

        if (scene.Objects.Count > DenseSample.MostCentres)
        {
            Array.Fill(centres, EncodedSample.Ignored);
        }

        return new(
            preprocessor.Preprocess(scene.Image), patches, centres, [.. scene.Objects.Select(item => item.Box)], [.. scene.Objects.Select(item => item.Class)]);
    }

    private int[] PatchLabels(Scene scene)
    {
        var labels = new int[grid * grid];
        var side = scene.Image.Width / grid;
        Span<int> pixels = stackalloc int[scene.Objects.Count + 1];
        for (var patch = 0; patch < labels.Length; patch++)
        {
            pixels.Clear();
            for (var y = patch / grid * side; y < ((patch / grid) + 1) * side; y++)
            {
                foreach (var owner in scene.Owner.AsSpan((y * scene.Image.Width) + (patch % grid * side), side))
                {
                    pixels[owner]++;
                }
            }

            labels[patch] = Label(scene, pixels, side * side);
        }

        return labels;
    }

    private int Label(Scene scene, ReadOnlySpan<int> pixels, int all)
    {
        var largest = 0;
        for (var owner = 1; owner < pixels.Length; owner++)
        {
            largest = pixels[owner] > (largest == 0 ? 0 : pixels[largest]) ? owner : largest;
        }

        return pixels[0] >= BackgroundShare * all ? objectClasses
            : largest > 0 && pixels[largest] >= ObjectShare * all ? scene.Objects[largest - 1].Class
            : EncodedSample.Ignored;
    }
}
