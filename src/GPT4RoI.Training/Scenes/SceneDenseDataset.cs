using GPT4RoI.Model.Regions;
using GPT4RoI.Model.Vision;
using GPT4RoI.Training.Instructions;
using GPT4RoI.Training.Vision;

namespace GPT4RoI.Training.Scenes;

/// <summary>
/// Scenes whose patches and boxes have classes: some of them grids of large objects, which show the most in the least time. The last class is background.
/// Thread-safe.
/// </summary>
/// <param name="generator">Draws the scenes.</param>
/// <param name="objectClasses">Kinds of objects.</param>
/// <param name="count">Samples that make an epoch.</param>
/// <param name="preprocessor">The model's.</param>
/// <param name="grid">Patches along one side.</param>
/// <param name="gridEvery">Every how many-th sample is a grid, 2 or more.</param>
internal sealed class SceneDenseDataset(
    SceneGenerator generator, int objectClasses, int count, ImagePreprocessor preprocessor, int grid, int gridEvery = SceneDenseDataset.EveryOther) : IDenseVisionDataset
{
    /// <summary>A grid, a scene, a grid, …</summary>
    public const int EveryOther = 2;

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
        var isGrid = index % gridEvery == gridEvery - 1;
        var scene = isGrid ? generator.CreateGrid(random, random.Next(FewestColumns, MostColumns + 1)) : generator.Create(random);
        var owners = Owners(scene);
        var isCounted = !isGrid && scene.Objects.Count <= PatchTargets.MostObjects; // in a grid the place alone tells the number
        var nothing = isCounted ? null : owners.Select(_ => EncodedSample.Ignored).ToArray();
        return new(
            preprocessor.Preprocess(scene.Image),
            new(Label(owners, objectClasses, item => scene.Objects[item].Class), nothing ?? Numbers(scene, owners), nothing ?? Counts(scene, owners),
                [.. owners.Index().SelectMany(patch => patch.Item < 0 ? [float.NaN, float.NaN] : CentreOffset(patch.Index, scene.Objects[patch.Item].Bounds))]),
            [.. scene.Objects.Select(item => item.Box)], [.. scene.Objects.Select(item => item.Class)]);
    }

    private static int[] Numbers(Scene scene, int[] owners)
    {
        var numbers = scene.FromLeftToRight().Index().ToDictionary(pair => pair.Item, pair => pair.Index + 1);
        return Label(owners, 0, item => numbers[item]);
    }

    private static int[] Counts(Scene scene, int[] owners) =>
        Label(owners, scene.Objects.Count, item => scene.Objects.Count(other => other.Class == scene.Objects[item].Class));

    private static int[] Label(int[] owners, int background, Func<int, int> label) =>
        [.. owners.Select(owner => owner switch { None => background, Mixed => EncodedSample.Ignored, _ => label(owner) })];

    private float[] CentreOffset(int patch, BoundingBox bounds) =>
        [((bounds.X1 + bounds.X2) / 2) - (((patch % grid) + 0.5f) / grid), ((bounds.Y1 + bounds.Y2) / 2) - (((patch / grid) + 0.5f) / grid)];

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
