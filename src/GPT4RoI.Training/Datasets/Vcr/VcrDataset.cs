using System.Text.Json;
using GPT4RoI.Model.Regions;
using GPT4RoI.Training.Datasets.Reading;
using GPT4RoI.Training.Instructions;

namespace GPT4RoI.Training.Datasets.Vcr;

/// <summary>VCR (stage 2): its two tasks, the answer and the reason for it, as one conversation. The boxes are read with each sample.</summary>
internal sealed class VcrDataset : IInstructionDataset
{
    private readonly List<Entry> _entries = [];
    private readonly VcrForm _form;
    private readonly string _annotations;
    private readonly string _images;
    private readonly DataFaults _faults;

    /// <exception cref="DatasetException">The file cannot be used.</exception>
    public VcrDataset(string name, VcrForm form, string annotations, string images, DataFaults faults)
    {
        (Name, _form, _annotations, _images, _faults) = (name, form, annotations, images, faults);
        JsonLines.Read(annotations, faults, new JsonList<VcrRecord>(null, Take));
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public int Count => _entries.Count;

    /// <inheritdoc/>
    public InstructionSample? Get(int index, Random random)
    {
        var (record, conversation, line) = _entries[index];
        var turns = conversation.Turns(_form, random);
        return Boxes(record, line) is { } boxes
            ? new InstructionSample(
                new FileSource(Path.Combine(_images, record.ImgFn!), ImageFit.Inference), [.. conversation.Objects.Select(id => boxes[id - 1])], turns)
            : null;
    }

    private void Take(VcrRecord record, string line)
    {
        if (!record.IsWhole)
        {
            _faults.Report(
                "question_orig, answer_orig, rationale_orig, objects, img_fn or metadata_fn is missing, or holds <bbox> or <image>", _annotations, line);
        }
        else if (VcrConversation.Create(record, _form, out var fault) is { } conversation)
        {
            _entries.Add(new Entry(record, conversation, line));
        }
        else if (fault is not null)
        {
            _faults.Report(fault, _annotations, line);
        }
    }

    private BoundingBox[]? Boxes(VcrRecord record, string line)
    {
        try
        {
            var metadata = JsonSerializer.Deserialize<VcrMetadata>(File.ReadAllBytes(Path.Combine(_images, record.MetadataFn!)), JsonList.Options);
            if (metadata is { Boxes: { } boxes, Width: > 0, Height: > 0 } && boxes.Length == record.Objects!.Length && Array.TrueForAll(boxes, IsBox))
            {
                return [.. boxes.Select(box => BoundingBox.FromPixels(box[0], box[1], box[2], box[3], metadata.Width, metadata.Height))];
            }

            _faults.Report("the metadata lacks the picture's size or one ordered box for each object", _annotations, line, record.MetadataFn!);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or JsonException)
        {
            _faults.Report("the metadata cannot be read", _annotations, line, exception.Message);
        }

        return null;
    }

    private static bool IsBox(double[] box) => box is [var x1, var y1, var x2, var y2, ..]
        && double.IsFinite(x1 + y1 + x2 + y2) && x1 <= x2 && y1 <= y2;

    private sealed record Entry(VcrRecord Record, VcrConversation Conversation, string Line);
}
