using System.Runtime.CompilerServices;
using GPT4RoI.Training.Scenes;
using GPT4RoI.Training.Scenes.Sprites;

namespace GPT4RoI.Training.Tests.Scenes;

/// <summary>The sprites that ship with the demonstration model.</summary>
internal static class DemoFiles
{
    public static string Folder { get; } = Path.Combine(Root(), "models", "demo-small");

    public static ClassList Classes { get; } = ClassList.Read(Path.Combine(Folder, "classes.json"));

    public static SpriteSet Sprites { get; } = SpriteSet.Load(Classes, [Path.Combine(Folder, "sprites")]);

    public static SceneOptions Options(float augmentation) =>
        new() { Augmentation = augmentation, Photos = ScenePhotos.Load(Path.Combine(Folder, "backgrounds")) };

    private static string Root([CallerFilePath] string path = "") => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(path)!, "..", "..", ".."));
}
