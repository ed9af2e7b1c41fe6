using GPT4RoI.Model.Regions;
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
    private const int None = -1, Mixed = -2;

    /// <inheritdoc/>
    public int Classes => objectClasses + 1;

    /// <inheritdoc/>
    public int Count => count;

    /// <inheritdoc/>
    public DenseSample Get(int index, Random random)
    {
        var isGrid = index % 2 != 0;
        var scene = isGrid ? generator.CreateGrid(random, random.Next(FewestColumns, MostColumns + 1)) : generator.Create(random);
        var owners = Owners(scene);
        var isNumbered = !isGrid && scene.Objects.Count <= DenseSample.MostObjects; // in a grid the place alone tells the number
        return new(
            preprocessor.Preprocess(scene.Image),
            [.. owners.Select(owner => owner switch { None => objectClasses, Mixed => EncodedSample.Ignored, _ => scene.Objects[owner].Class })],
            isNumbered ? Numbers(scene, owners) : [.. owners.Select(_ => EncodedSample.Ignored)],
            [.. owners.Index().SelectMany(patch => patch.Item < 0 ? [float.NaN, float.NaN] : CentreOffset(patch.Index, scene.Objects[patch.Item].Bounds))],
            [.. scene.Objects.Select(item => item.Box)], [.. scene.Objects.Select(item => item.Class)]);
    }

    private int[] Numbers(Scene scene, int[] owners)
    {
        var numbers = scene.FromLeftToRight(grid).Index().ToDictionary(pair => pair.Item, pair => pair.Index + 1);
        return [.. owners.Select(owner => owner switch { None => 0, Mixed => EncodedSample.Ignored, _ => numbers[owner] })];
    }

    private float[] CentreOffset(int patch, BoundingBox bounds) =>
        [((bounds.X1 + bounds.X2) / 2 * grid) - (patch % grid) - 0.5f, ((bounds.Y1 + bounds.Y2) / 2 * grid) - (patch / grid) - 0.5f];

    // The object that each patch shows, None or Mixed.
    private int[] Owners(Scene scene)
    {
        var owners = new int[grid * grid];
        var side = scene.Image.Width / grid;
        Span<int> pixels = stackalloc int[scene.Objects.Count + 1];
        for (var patch = 0; patch < owners.Length; patch++)
        {
            pixels.Clear();
            for (var y = patch / grid * side; y < ((patch / grid) + 1) * side; y++)
            {
                foreach (var owner in scene.Owner.AsSpan((y * scene.Image.Width) + (patch % grid * side), side))
                {
                    pixels[owner]++;
                }
            }

            owners[patch] = Owner(pixels, side * side);
        }

        return owners;
    }

    private static int Owner(ReadOnlySpan<int> pixels, int all)
    {
        var largest = 0;
        for (var owner = 1; owner < pixels.Length; owner++)
        {
            largest = pixels[owner] > (largest == 0 ? 0 : pixels[largest]) ? owner : largest;
        }

        return pixels[0] >= BackgroundShare * all ? None : largest > 0 && pixels[largest] >= ObjectShare * all ? largest - 1 : Mixed;
    }
}
