namespace GPT4RoI.Training.Scenes.Sprites;

/// <summary>The sprites that scenes are made of, decoded and grouped by class. Thread-safe.</summary>
public sealed class SpriteSet : IDisposable
{
    private readonly List<Sprite>[] _byClass;

    private SpriteSet(ClassList classes, List<Sprite>[] byClass)
    {
        (Classes, _byClass) = (classes, byClass);
        Available = [.. Enumerable.Range(0, byClass.Length).Where(number => byClass[number].Count > 0)];
    }

    /// <summary>All classes there are names for.</summary>
    public ClassList Classes { get; }

    /// <summary>Numbers of the classes that have a sprite.</summary>
    public IReadOnlyList<int> Available { get; }

    /// <summary>How many sprites there are.</summary>
    public int Count => _byClass.Sum(sprites => sprites.Count);

    /// <summary>
    /// Reads folders of PNGs. A PNG is named after its class's icon or English name, in any case, its words joined by spaces, <c>-</c> or
    /// <c>_</c>. Its style is the name of the folder it lies in; folders of folders hold several styles.
    /// </summary>
    /// <param name="classes">The names.</param>
    /// <param name="folders">Where the PNGs are.</param>
    /// <exception cref="IOException">A folder or file is missing or cannot be read.</exception>
    /// <exception cref="InvalidDataException">A PNG has a name that is no class, is broken or empty, or there is none at all.</exception>
    public static SpriteSet Load(ClassList classes, params IReadOnlyList<string> folders)
    {
        var byClass = classes.Items.Select(_ => new List<Sprite>()).ToArray();
        try
        {
            foreach (var path in folders.SelectMany(Files))
            {
                if (!classes.TryFind(Path.GetFileNameWithoutExtension(path), out var number))
                {
                    throw new InvalidDataException($"{path} is named after none of the {classes.Items.Count} classes.");
                }

                byClass[number].Add(new Sprite(number, Path.GetFileName(Path.GetDirectoryName(Path.GetFullPath(path)))!, SpriteFile.Read(path)));
            }

            return byClass.Any(sprites => sprites.Count > 0)
                ? new SpriteSet(classes, byClass)
                : throw new InvalidDataException($"There is no PNG in {string.Join(", ", folders)}.");
        }
        catch
        {
            Dispose(byClass);
            throw;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => Dispose(_byClass);

    internal Sprite Draw(int number, Random random) => _byClass[number][random.Next(_byClass[number].Count)];

    private static IOrderedEnumerable<string> Files(string folder) => Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories)
        .Where(path => path.EndsWith(".png", StringComparison.OrdinalIgnoreCase)).Order(StringComparer.Ordinal);

    private static void Dispose(List<Sprite>[] byClass)
    {
        foreach (var sprite in byClass.SelectMany(sprites => sprites))
        {
            sprite.Dispose();
        }
    }
}
