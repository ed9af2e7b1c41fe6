using GPT4RoI.Model.Regions;
using GPT4RoI.Model.Vision;
using GPT4RoI.Training.Instructions;
using GPT4RoI.Training.Vision;

namespace GPT4RoI.Training.Tests;

/// <summary>Two coloured squares on a grey picture of 32×32, one of them boxed: a task that only a model which looks into the box can solve.</summary>
internal sealed class ColourScenes(int count, int offset = 0) : IInstructionDataset, IDenseVisionDataset
{
    private const int Side = 32, Square = 12;
    public const string Question = "Region1 <bbox>?";
    public static readonly string[] Answers = ["a", "b", "c", "d"];
    private static readonly byte[][] Colours = [[230, 30, 30], [30, 200, 40], [40, 60, 230], [230, 210, 30]];

    public string Name => "colours";

    public int Count => count;

    public int Classes => Colours.Length + 1;

    public InstructionSample? Get(int index, Random random)
    {
        var scene = Draw(index);
        return new(new PixelSource(new(Side, Side, scene.Pixels)), [Box(scene.First)], [new(Question, Answers[scene.First.Colour])]);
    }

    DenseSample IDenseVisionDataset.Get(int index, Random random)
    {
        var scene = Draw(index);
        var patches = Enumerable.Range(0, 16).Select(patch => Owner(scene, ((patch % 4) * 8) + 4, ((patch / 4) * 8) + 4)).ToArray();
        return new(
            new ImagePreprocessor(Side, [0.5f, 0.5f, 0.5f], [0.5f, 0.5f, 0.5f]).Preprocess(new(Side, Side, scene.Pixels)),
            new(patches, Numbers(patches), Counts(patches, scene), [.. Enumerable.Repeat(float.NaN, 2 * patches.Length)]), [Box(scene.First), Box(scene.Second)], [scene.First.Colour + 1, scene.Second.Colour + 1]);
    }

    public (DecodedImage Image, BoundingBox Box, string Answer) Scene(int index)
    {
        var scene = Draw(index);
        return (new(Side, Side, scene.Pixels), Box(scene.First), Answers[scene.First.Colour]);
    }

    // One square is in the left half, the other in the right one.
    private static int[] Numbers(int[] patches) => [.. patches.Select((label, patch) => label == 0 ? 0 : patch % 4 < 2 ? 1 : 2)];

    private static int[] Counts(int[] patches, Picture scene) => [.. patches.Select(label => label == 0 || scene.First.Colour == scene.Second.Colour ? 2 : 1)];

    private static int Owner(Picture scene, int x, int y) => scene.First.Holds(x, y) ? scene.First.Colour + 1 : scene.Second.Holds(x, y) ? scene.Second.Colour + 1 : 0;

    private static BoundingBox Box(Place place) => BoundingBox.FromPixels(place.X, place.Y, place.X + Square, place.Y + Square, Side, Side);

    private Picture Draw(int index)
    {
        var random = new Random(index + offset);
        // One square in the left half, one in the right half, in either order.
        Place left = new(random.Next(0, 5), random.Next(0, 21), random.Next(4)), right = new(random.Next(16, 21), random.Next(0, 21), random.Next(4));
        var (first, second) = random.Next(2) == 0 ? (left, right) : (right, left);
        var pixels = new byte[Side * Side * 3];
        Array.Fill(pixels, (byte)128);
        foreach (var place in new[] { first, second })
        {
            for (var pixel = 0; pixel < Side * Side; pixel++)
            {
                if (place.Holds(pixel % Side, pixel / Side))
                {
                    Colours[place.Colour].CopyTo(pixels, pixel * 3);
                }
            }
        }
        return new(pixels, first, second);
    }

    private sealed record Picture(byte[] Pixels, Place First, Place Second);

    private sealed record Place(int X, int Y, int Colour)
    {
        public bool Holds(int x, int y) => x >= X && x < X + Square && y >= Y && y < Y + Square;
    }
}
