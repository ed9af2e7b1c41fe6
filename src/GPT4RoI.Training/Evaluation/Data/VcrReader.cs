using System.Text;
using System.Text.Json;

namespace GPT4RoI.Training.Evaluation.Data;

/// <summary>One question of VCR with its objects. Texts mention the n-th object as <c>class at &lt;regionN&gt;</c>.</summary>
internal sealed record VcrRecord(
    string Id, string Image, IReadOnlyList<NumberedBox> Objects, string Question, IReadOnlyList<string> Answers, int RightAnswer,
    IReadOnlyList<string> Reasons, int RightReason);

/// <summary>
/// Reads VCR as it is distributed: one JSON object per line with tokenised texts in which a list of numbers stands for objects, counted from 0,
/// and a metadata file per picture with the boxes. The test split has no labels, so its records are skipped.
/// </summary>
internal sealed class VcrReader(string path, string images)
{
    private const int Options = 4;
    private readonly PictureFolder _images = new(images);

    /// <exception cref="IOException">The file cannot be read.</exception>
    public EvaluationData<VcrRecord> Read(int limit) => EvaluationData<VcrRecord>.Collect(
        File.ReadLines(path).Select((line, index) => ($"{Path.GetFileName(path)}:{index + 1}", line)).Where(entry => entry.line.Length > 0), Read, limit);

    private VcrRecord Read(string line)
    {
        using var document = Parse(line);
        var record = document.RootElement;
        var objects = record.List("objects").Select(name => name.GetString() ?? throw new BadRecordException("'objects' holds no names.")).ToArray();
        var boxes = Boxes(record.Text("metadata_fn"));
        if (boxes.Length != objects.Length)
        {
            throw new BadRecordException($"There are {objects.Length} objects but {boxes.Length} boxes.");
        }
        return new(
            record.Text("annot_id"), _images.PathOf(record.Text("img_fn")), boxes, Words(record.List("question"), objects),
            Choices(record, "answer_choices", objects), Label(record, "answer_label"),
            Choices(record, "rationale_choices", objects), Label(record, "rationale_label"));
    }

    private NumberedBox[] Boxes(string name)
    {
        try
        {
            using var metadata = JsonFields.Open(_images.PathOf(name));
            return [.. metadata.RootElement.List("boxes").Select(box => box.Numbers("boxes", least: 4)).Select((box, index) => // a fifth is a score
                new NumberedBox(index + 1, box[0], box[1], box[2], box[3]))];
        }
        catch (IOException failure)
        {
            throw new BadRecordException($"The metadata cannot be read: {failure.Message}");
        }
    }

    private static JsonDocument Parse(string line)
    {
        try
        {
            return JsonDocument.Parse(line);
        }
        catch (JsonException failure)
        {
            throw new BadRecordException($"The line is not JSON: {failure.Message}");
        }
    }

    private static string[] Choices(JsonElement record, string name, string[] objects)
    {
        var choices = record.List(name);
        return choices.Length == Options && choices.All(choice => choice.ValueKind == JsonValueKind.Array)
            ? [.. choices.Select(choice => Words([.. choice.EnumerateArray()], objects))]
            : throw new BadRecordException($"'{name}' holds not {Options} lists of words.");
    }

    private static int Label(JsonElement record, string name) =>
        record.Integer(name) is >= 0 and < Options and var label ? (int)label : throw new BadRecordException($"'{name}' is not 0 to {Options - 1}.");

    private static string Words(JsonElement[] tokens, string[] objects)
    {
        var text = new StringBuilder();
        foreach (var token in tokens)
        {
            var word = token.ValueKind switch
            {
                JsonValueKind.String => token.GetString()!,
                JsonValueKind.Array => string.Join(" and ", token.Numbers("objects", least: 1).Select(number => Mention(number, objects))),
                _ => throw new BadRecordException("A text holds something other than words and objects."),
            };
            text.Append(text.Length == 0 || IsAttached(word) ? "" : " ").Append(word);
        }
        return text.Length > 0 ? text.ToString() : throw new BadRecordException("A text is empty.");
    }

    private static string Mention(double number, string[] objects) =>
        number >= 0 && number < objects.Length && double.IsInteger(number)
            ? $"{objects[(int)number]} at <region{(int)number + 1}>"
            : throw new BadRecordException($"A text mentions object {number}, of {objects.Length}.");

    // Tokenised text has spaces where written text has none.
    private static bool IsAttached(string word) => word.Length > 0 && (word[0] is '.' or ',' or '?' or '!' or ';' or ':' or '\'' || word == "n't");
}
