using GPT4RoI.Training.Scenes.Sprites;

namespace GPT4RoI.Training.Scenes.Dialogue;

/// <summary>
/// What can be said of a scene's objects without doubt, from their exact bounds. Whatever is near a threshold is not said: those facts are null.
/// Lengths are parts of the picture's side.
/// </summary>
internal sealed class SceneFacts(Scene scene, ClassList classes)
{
    private const float ClearDistance = 0.14f;
    private const float ClearRatio = 1.6f;
    private const float ClearGap = 0.03f;
    private const int ClearContact = 8;

    private readonly int _size = scene.Image.Width;

    public int Count => scene.Objects.Count;

    public SpriteClass Class(int item) => classes.Items[scene.Objects[item].Class];

    public bool IsSameClass(int a, int b) => scene.Objects[a].Class == scene.Objects[b].Class;

    /// <summary>The two can be told apart by what they show.</summary>
    public bool Differ(int a, int b) => Class(a).DiffersFrom(Class(b));

    /// <summary>Objects of a class; null if another object might be taken for one.</summary>
    public int? CountOf(SpriteClass kind)
    {
        var same = Enumerable.Range(0, Count).Count(item => ReferenceEquals(Class(item), kind));
        return Enumerable.Range(0, Count).All(item => ReferenceEquals(Class(item), kind) || Class(item).DiffersFrom(kind)) ? same : null;
    }

    /// <summary>True if the one is to the left of the other, false if to the right.</summary>
    public bool? IsLeft(int a, int b)
    {
        var (first, second) = (scene.Objects[a].Bounds, scene.Objects[b].Bounds);
        var (near, far) = (second.X1 - first.X1, second.X2 - first.X2);
        return Side(near, far);
    }

    /// <summary>True if the one is above the other, false if below.</summary>
    public bool? IsAbove(int a, int b)
    {
        var (first, second) = (scene.Objects[a].Bounds, scene.Objects[b].Bounds);
        return Side(second.Y1 - first.Y1, second.Y2 - first.Y2);
    }

    /// <summary>True if the one is bigger, both as a box and in visible pixels, false if it is smaller.</summary>
    public bool? IsBigger(int a, int b)
    {
        var (first, second) = (scene.Objects[a], scene.Objects[b]);
        var (boxes, areas) = (BoxArea(first) / BoxArea(second), first.Area / second.Area);
        return boxes > ClearRatio && areas > ClearRatio ? true : boxes < 1 / ClearRatio && areas < 1 / ClearRatio ? false : null;
    }

    /// <summary>True if the one hides a part of the other, false if there is space between them.</summary>
    public bool? Overlap(int a, int b)
    {
        var (first, second) = (scene.Objects[a].Bounds, scene.Objects[b].Bounds);
        var gap = Math.Max(
            Math.Max(first.X1 - second.X2, second.X1 - first.X2),
            Math.Max(first.Y1 - second.Y2, second.Y1 - first.Y2));
        return gap > ClearGap ? false : gap < -ClearDistance / 2 && Contact(a + 1, b + 1) >= ClearContact ? true : null;
    }

    /// <summary>Where it is in the picture: "in the top left", "in the center" and so on.</summary>
    public string? Place(int item)
    {
        var box = scene.Objects[item].Bounds;
        var (column, row) = (Third((box.X1 + box.X2) / 2), Third((box.Y1 + box.Y2) / 2));
        return (column, row) switch
        {
            (null, _) or (_, null) => null,
            (0, 0) => "in the top left",
            (1, 0) => "at the top",
            (2, 0) => "in the top right",
            (0, 1) => "on the left",
            (1, 1) => "in the center",
            (2, 1) => "on the right",
            (0, 2) => "in the bottom left",
            (1, 2) => "at the bottom",
            _ => "in the bottom right",
        };
    }

    /// <summary>"small", "medium-sized" or "large", by its longer side.</summary>
    public string? Size(int item)
    {
        var box = scene.Objects[item].Bounds;
        return Math.Max(box.X2 - box.X1, box.Y2 - box.Y1) switch
        {
            < 0.34f => "small",
            > 0.36f and < 0.46f => "medium-sized",
            > 0.5f => "large",
            _ => null,
        };
    }

    private static float BoxArea(SceneObject item) => (item.Bounds.X2 - item.Bounds.X1) * (item.Bounds.Y2 - item.Bounds.Y1);

    // Both edges and the centre must agree.
    private static bool? Side(float near, float far) =>
        near > 0 && far > 0 && near + far > 2 * ClearDistance ? true : near < 0 && far < 0 && near + far < -2 * ClearDistance ? false : null;

    private static int? Third(float centre) => centre switch
    {
        < 0.3f => 0,
        > 0.42f and < 0.58f => 1,
        > 0.7f => 2,
        _ => null,
    };

    private int Contact(int a, int b)
    {
        var (owner, pairs) = (scene.Owner, 0);
        for (var at = 0; at < owner.Length - _size; at++)
        {
            pairs += Meet(owner[at], owner[at + _size]) || ((at + 1) % _size != 0 && Meet(owner[at], owner[at + 1])) ? 1 : 0;
        }

        return pairs;

        bool Meet(byte one, byte other) => (one == a && other == b) || (one == b && other == a);
    }
}
