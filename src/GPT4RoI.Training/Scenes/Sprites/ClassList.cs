using System.Text.Json;

namespace GPT4RoI.Training.Scenes.Sprites;

/// <summary>What scenes can show: icon names with their English.</summary>
public sealed class ClassList
{
    private static readonly JsonSerializerOptions Format = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    private readonly Dictionary<string, int> _byName;

    private ClassList(SpriteClass[] items, Dictionary<string, int> byName) => (Items, _byName) = (items, byName);

    /// <summary>The classes; a class's number is its place here.</summary>
    public IReadOnlyList<SpriteClass> Items { get; }

    /// <summary>Reads a JSON array of classes with the fields of <see cref="SpriteClass"/> in snake case.</summary>
    /// <exception cref="IOException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">It is no such list, a field is missing, or two classes share a name.</exception>
    public static ClassList Read(string path)
    {
        try
        {
            var items = JsonSerializer.Deserialize<SpriteClass[]>(File.ReadAllBytes(path), Format);
            return items is { Length: > 0 } ? new ClassList(items, Index(path, items)) : throw new InvalidDataException($"{path} lists no classes.");
        }
        catch (JsonException exception)
        {
            throw new InvalidDataException($"{path} is not a class list: {exception.Message}", exception);
        }
    }

    /// <summary>The class with this icon name or English name (singular), in any case, its words joined by spaces, <c>-</c> or <c>_</c>.</summary>
    /// <returns>False if there is none.</returns>
    public bool TryFind(string name, out int number) => _byName.TryGetValue(Normalise(name), out number);

    private static Dictionary<string, int> Index(string path, SpriteClass[] items)
    {
        var index = new Dictionary<string, int>();
        for (var number = 0; number < items.Length; number++)
        {
            foreach (var name in items[number].Icons.Append(items[number].Name).Select(Normalise).Distinct())
            {
                if (!index.TryAdd(name, number))
                {
                    throw new InvalidDataException($"{path}: classes {index[name] + 1} and {number + 1} share the name '{name}'.");
                }
            }
        }

        return index;
    }

    private static string Normalise(string name) =>
        string.Join(' ', name.ToLowerInvariant().Split([' ', '-', '_'], StringSplitOptions.RemoveEmptyEntries));
}
