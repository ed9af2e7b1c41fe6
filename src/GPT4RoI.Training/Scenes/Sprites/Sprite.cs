using SkiaSharp;

namespace GPT4RoI.Training.Scenes.Sprites;

/// <summary>One drawing of one class, ready to be drawn. Thread-safe; its set disposes it.</summary>
internal sealed class Sprite(int number, string style, SKImage image) : IDisposable
{
    /// <summary>The class's place in the class list.</summary>
    public int Class => number;

    /// <summary>Who drew it: the name of its folder.</summary>
    public string Style => style;

    /// <summary>Trimmed to its visible pixels.</summary>
    public SKImage Image => image;

    public void Dispose() => image.Dispose();
}
