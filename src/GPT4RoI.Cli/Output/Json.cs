using System.Text.Encodings.Web;
using System.Text.Json;

namespace GPT4RoI.Cli.Output;

/// <summary>JSON as every command prints it: snake_case, one line for events, indented for documents.</summary>
internal static class Json
{
    private static readonly JsonSerializerOptions Line = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, // never embedded in HTML, and <region1> stays readable
    };

    private static readonly JsonSerializerOptions Document = new(Line) { WriteIndented = true };

    public static void WriteLine(TextWriter output, object value)
    {
        output.WriteLine(JsonSerializer.Serialize(value, value.GetType(), Line));
        output.Flush();
    }

    public static void WriteDocument(TextWriter output, object value) =>
        output.WriteLine(JsonSerializer.Serialize(value, value.GetType(), Document));
}
