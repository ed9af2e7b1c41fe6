using System.Text;
using GPT4RoI.Model.Prompting;
using GPT4RoI.Model.Regions;
using GPT4RoI.Training.Scenes.Dialogue;
using GPT4RoI.Training.Scenes.Sprites;
using SkiaSharp;

namespace GPT4RoI.Training.Scenes;

/// <summary>Writes scenes and conversations for people to look at, or their words for a tokenizer to be trained on.</summary>
public sealed class SceneSamples(SceneGenerator generator, SceneConversations conversations, Random random)
{
    private const int Zoom = 4;

    /// <summary>
    /// Writes each picture as the model sees it (<c>00000.png</c>) and four times as large with the conversation's boxes (<c>00000.boxes.png</c>), and
    /// <c>conversations.txt</c>: questions, answers, and the boxes as <c>gpt4roi ask</c> takes them.
    /// </summary>
    /// <exception cref="IOException">The folder cannot be written to.</exception>
    public void Write(string folder, int count)
    {
        var text = new StringBuilder();
        for (var index = 0; index < count; index++)
        {
            var scene = generator.Create(random);
            var sample = conversations.Create(scene, random);
            using var image = ScenePixels.ToImage(scene.Image);
            File.WriteAllBytes(Path.Combine(folder, $"{index:D5}.png"), Png(image));
            File.WriteAllBytes(Path.Combine(folder, $"{index:D5}.boxes.png"), WithBoxes(image, sample.Boxes));
            text.AppendLine($"{index:D5}.png {string.Join(' ', sample.Boxes.Select(box => "--box " + Pixels(box, image)))}");
            foreach (var turn in sample.Turns)
            {
                text.AppendLine($"  Q: {turn.Human}").AppendLine($"  A: {turn.Assistant}");
            }
        }

        File.WriteAllText(Path.Combine(folder, "conversations.txt"), text.ToString());
    }

    /// <summary>Writes all printable ASCII characters, the class names, the template's text and every question and answer, one a line.</summary>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public void WriteCorpus(string path, int count, ClassList classes)
    {
        using var file = new StreamWriter(path);
        file.WriteLine(string.Join(' ', Enumerable.Range('!', '~' - '!' + 1).Select(code => (char)code)));
        foreach (var item in classes.Items)
        {
            file.WriteLine($"{item.OneOf}. {item.Name}. {item.Plural}. {English.Sentence(item.OneOf)}");
        }

        var template = ConversationTemplate.Vicuna;
        for (var index = 0; index < count; index++)
        {
            // Often enough for its words to become pieces: it opens every prompt.
            if (index % 8 == 0)
            {
                file.WriteLine(template.Preamble);
            }

            foreach (var turn in conversations.Create(generator.Create(random), random).Turns)
            {
                file.WriteLine(
                    $"{template.Question.Before}{turn.Human.Replace(" <bbox>", "")}{template.Question.After}{template.Answer.Before}{turn.Assistant}");
            }
        }
    }

    private static string Pixels(BoundingBox box, SKImage image) => string.Join(
        ',', MathF.Round(box.X1 * image.Width), MathF.Round(box.Y1 * image.Height), MathF.Round(box.X2 * image.Width), MathF.Round(box.Y2 * image.Height));

    private static byte[] WithBoxes(SKImage image, IReadOnlyList<BoundingBox> boxes)
    {
        var (width, height) = (image.Width * Zoom, image.Height * Zoom);
        using var surface = SKSurface.Create(new SKImageInfo(width, height, SKColorType.Rgba8888, SKAlphaType.Opaque));
        surface.Canvas.DrawImage(image, new SKRect(0, 0, width, height), new SKSamplingOptions(SKFilterMode.Nearest));
        using var pen = new SKPaint { Style = SKPaintStyle.Stroke, StrokeWidth = 3, Color = SKColors.Red };
        using var ink = new SKPaint { Color = SKColors.Red };
        for (var index = 0; index < boxes.Count; index++)
        {
            var box = boxes[index];
            surface.Canvas.DrawRect(new SKRect(box.X1 * width, box.Y1 * height, box.X2 * width, box.Y2 * height), pen);
            for (var dot = 0; dot <= index; dot++) // as many dots as the box's place in the conversation
            {
                surface.Canvas.DrawCircle((box.X1 * width) + 10 + (12 * dot), (box.Y1 * height) + 10, 5, ink);
            }
        }

        using var snapshot = surface.Snapshot();
        return Png(snapshot);
    }

    private static byte[] Png(SKImage image)
    {
        using var png = image.Encode(SKEncodedImageFormat.Png, 100);
        return png.ToArray();
    }
}
