using System.Text.Json;

namespace GPT4RoI.Training.Evaluation.Data;

/// <summary>A question with four options: texts, or regions of the picture, which their texts mention.</summary>
internal sealed record Visual7WRecord(
    long Id, string Image, string Question, IReadOnlyList<string> Options, int Right, IReadOnlyList<NumberedBox> Regions);

/// <summary>
/// Reads <c>dataset_v7w_pointing.json</c>, whose answers are ids of <c>boxes</c>, and <c>dataset_v7w_telling.json</c>, whose answers are texts. Of
/// both only the pictures of the split "test". The right option takes place (question id mod 4) among the three wrong ones, so that every place is
/// right equally often and each run asks the same.
/// </summary>
internal sealed class Visual7WReader(string path, string images)
{
    private const int WrongOptions = 3;
    private readonly PictureFolder _images = new(images);

    /// <exception cref="IOException">The file cannot be read.</exception>
    public EvaluationData<Visual7WRecord> Read(int limit)
    {
        using var document = JsonFields.Open(path);
        var root = document.RootElement;
        var boxes = root.TryGetProperty("boxes", out _)
            ? EvaluationData<(long Id, NumberedBox Box)>.Collect(
                root.Section(path, "boxes").Select((box, index) => ($"{Path.GetFileName(path)} boxes[{index}]", box)), ReadBox, int.MaxValue)
            : new([], []);
        var byId = boxes.Records.DistinctBy(box => box.Id).ToDictionary(box => box.Id, box => box.Box);
        var questions = EvaluationData<Visual7WRecord>.Collect(Questions(root), pair => Read(pair.Image, pair.Question, byId), limit);
        return new(questions.Records, [.. boxes.Skipped, .. questions.Skipped]);
    }

    private IEnumerable<(string Where, (JsonElement Image, JsonElement Question) Entry)> Questions(JsonElement root)
    {
        foreach (var (index, image) in root.Section(path, "images").Index())
        {
            var where = $"{Path.GetFileName(path)} images[{index}]";
            if (image.ValueKind != JsonValueKind.Object || !image.TryGetProperty("qa_pairs", out var pairs) || pairs.ValueKind != JsonValueKind.Array)
            {
                yield return (where, (image, default)); // the reader says what is wrong
                continue;
            }
            if (!image.TryGetProperty("split", out var split) || !split.ValueEquals("test"))
            {
                continue;
            }
            foreach (var (number, pair) in pairs.EnumerateArray().Index())
            {
                yield return ($"{where} qa_pairs[{number}]", (image, pair));
            }
        }
    }

    private static (long Id, NumberedBox Box) ReadBox(JsonElement box) => (
        box.Integer("box_id"),
        NumberedBox.FromSize(0, box.Number("x"), box.Number("y"), box.Number("width"), box.Number("height")));

    private Visual7WRecord Read(JsonElement image, JsonElement question, Dictionary<long, NumberedBox> boxes)
    {
        var wrong = question.List("multiple_choices");
        if (wrong.Length != WrongOptions)
        {
            throw new BadRecordException($"'multiple_choices' holds {wrong.Length} options, not {WrongOptions}.");
        }
        var id = question.Integer("qa_id");
        var right = (int)(((id % (WrongOptions + 1)) + WrongOptions + 1) % (WrongOptions + 1));
        var options = wrong.ToList();
        options.Insert(right, question.TryGetProperty("answer", out var answer) ? answer : throw new BadRecordException("'answer' is missing."));
        var regions = options.Select((option, index) => Region(option, index + 1, boxes)).OfType<NumberedBox>().ToArray();
        if (regions.Length > 0 && regions.Length < options.Count)
        {
            throw new BadRecordException("Some options are boxes and some are texts.");
        }
        return new(
            id, _images.PathOf(image.Text("filename")), question.Text("question"),
            regions.Length > 0 ? [.. regions.Select(region => region.Mention)] : [.. options.Select(option => option.GetString()!)], right, regions);
    }

    private static NumberedBox? Region(JsonElement option, int id, Dictionary<long, NumberedBox> boxes) => option.ValueKind switch
    {
        JsonValueKind.String => null,
        JsonValueKind.Number when option.TryGetInt64(out var box) && boxes.TryGetValue(box, out var found) => found with { Id = id },
        _ => throw new BadRecordException($"The option {option.GetRawText()} is neither a text nor the id of a box."),
    };
}
