using System.CommandLine.Parsing;
using System.Globalization;
using GPT4RoI.Client;

namespace GPT4RoI.Cli.Inputs;

/// <summary>Four numbers as typed: <c>x1,y1,x2,y2</c>.</summary>
internal readonly record struct Box(double X1, double Y1, double X2, double Y2)
{
    public const string Format = "x1,y1,x2,y2";

    public static bool TryParse(string text, out Box box)
    {
        var parts = text.Split(',');
        Span<double> numbers = stackalloc double[4];
        var good = parts.Length == 4;
        for (var index = 0; good && index < 4; index++)
        {
            good = double.TryParse(parts[index], NumberStyles.Float, CultureInfo.InvariantCulture, out numbers[index])
                && double.IsFinite(numbers[index]);
        }
        box = good ? new Box(numbers[0], numbers[1], numbers[2], numbers[3]) : default;
        return good;
    }

    /// <summary>For an option that may come several times.</summary>
    public static Box[]? ParseAll(ArgumentResult result)
    {
        var boxes = new List<Box>();
        foreach (var token in result.Tokens)
        {
            if (!TryParse(token.Value, out var box))
            {
                result.AddError($"'{token.Value}' is not a box: give four numbers as {Format}.");
                return null;
            }
            boxes.Add(box);
        }
        return [.. boxes];
    }

    public Region ToRegion(int id, bool normalized) =>
        normalized ? Region.Normalized(id, X1, Y1, X2, Y2) : Region.Pixels(id, X1, Y1, X2, Y2);
}
