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
        var entry = _entries[index];
        var turns = entry.Conversation.Turns(_form, random);
        return Boxes(entry) is { } boxes
            ? new InstructionSample(new FileSource(entry.Picture, ImageFit.Inference), [.. entry.Conversation.Objects.Select(id => boxes[id - 1])], turns)
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
            _entries.Add(new Entry(
                Path.Combine(_images, record.ImgFn!), Path.Combine(_images, record.MetadataFn!), record.Objects!.Length, conversation, line));
        }
        else if (fault is not null)
        {
            _faults.Report(fault, _annotations, line);
        }
    }

    private BoundingBox[]? Boxes(Entry entry)
    {
        try
        {
            var metadata = JsonSerializer.Deserialize<VcrMetadata>(File.ReadAllBytes(entry.Metadata), JsonList.Options);
            if (metadata is { Boxes: { } boxes, Width: > 0, Height: > 0 } && boxes.Length == entry.Objects && Array.TrueForAll(boxes, IsBox))
            {
                return [.. boxes.Select(box => Box(box, metadata.Width, metadata.Height))];
            }

            _faults.Report("the metadata lacks the picture's size or one ordered box for each object", _annotations, entry.Line, entry.Metadata);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or JsonException)
        {
            _faults.Report("the metadata cannot be read", _annotations, entry.Line, exception.Message);
        }

        return null;
    }

    private static bool IsBox(double[] box) => box is [var x1, var y1, var x2, var y2, ..]
        && double.IsFinite(x1 + y1 + x2 + y2) && x1 <= x2 && y1 <= y2;

    private static BoundingBox Box(double[] box, int width, int height) => BoundingBox.FromPixels(
        Math.Clamp(box[0], 0, width), Math.Clamp(box[1], 0, height), Math.Clamp(box[2], 0, width), Math.Clamp(box[3], 0, height), width, height);

    private sealed record Entry(string Picture, string Metadata, int Objects, VcrConversation Conversation, string Line);
}
