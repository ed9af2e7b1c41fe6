using GPT4RoI.Training.Datasets.Reading;
using GPT4RoI.Training.Instructions;

namespace GPT4RoI.Training.Datasets.Llava;

/// <summary>
/// LLaVA's instructions (stage 2) on pictures in which a detector found boxes: half of the time the first question lists them with their classes. Two
/// turns that ask for one class that is there and one that is not end the conversation; the authors' code makes them too, but loses them.
/// </summary>
internal sealed class LlavaDataset : IInstructionDataset
{
    private const string Image = "<image>";
    private const string Overview = "The <image> provides an overview of the picture.";

    private readonly List<Entry> _entries = [];
    private readonly string _annotations;
    private readonly string _images;
    private readonly DataFaults _faults;
    private readonly DetectorClasses _classes;
    private readonly IReadOnlyDictionary<string, PictureDetections> _detections;

    /// <param name="name">Names the set.</param>
    /// <param name="annotations">LLaVA's file, <c>[{id, image, conversations: [{from, value}]}]</c>.</param>
    /// <param name="images">Folder with the pictures.</param>
    /// <param name="detections">See <see cref="DetectionFile"/>.</param>
    /// <param name="classes">See <see cref="DetectorClasses"/>.</param>
    /// <param name="faults">Takes what cannot be used.</param>
    /// <exception cref="DatasetException">A file cannot be used.</exception>
    public LlavaDataset(string name, string annotations, string images, string detections, string classes, DataFaults faults)
    {
        (Name, _annotations, _images, _faults) = (name, annotations, images, faults);
        _classes = DetectorClasses.Read(classes, DetectionFile.IsJson(detections), faults);
        _detections = DetectionFile.Read(detections, _classes, faults);
        JsonListFile.Read(annotations, faults, new JsonList<Conversation>(null, Take));
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public int Count => _entries.Count;

    /// <inheritdoc/>
    public InstructionSample Get(int index, Random random)
    {
        var entry = _entries[index];
        var withBoxes = random.Next(2) == 0;
        var shown = withBoxes ? entry.Found.Shown : [];
        var list = string.Concat(shown.Select(found => $" <bbox> may feature a {found.Class},")).TrimEnd(',');
        var overview = shown.Count > 0 ? $"{Overview} It has these regions, among others:{list}.\n" : $"{Overview}\n";
        var first = entry.Turns[0];
        var at = first.Human.IndexOf(Image, StringComparison.Ordinal);
        var human = first.Human[..at] + overview + first.Human[(at + Image.Length)..].TrimStart();
        return new InstructionSample(
            new FileSource(Path.Combine(_images, entry.Image), ImageFit.Inference),
            [.. shown.Select(found => found.Box)],
            [first with { Human = human }, .. entry.Turns.Skip(1), .. Presence(entry.Found, random)]);
    }

    // In random order. A class that was found with a low score is neither: it may or may not be there.
    private InstructionTurn[] Presence(PictureDetections found, Random random)
    {
        var turns = new List<InstructionTurn>();
        if (found.Present.Count > 0)
        {
            var present = random.Pick(found.Present);
            turns.Add(new InstructionTurn(LlavaQuestions.Presence.Draw(random, present), LlavaQuestions.Yes.Draw(random, present)));
            if (_classes.Names.Where(name => !found.Suspected.Contains(name)).ToArray() is { Length: > 0 } others)
            {
                var absent = random.Pick(others);
                turns.Add(new InstructionTurn(LlavaQuestions.Presence.Draw(random, absent), LlavaQuestions.No.Draw(random, absent)));
            }
        }

        return random.Shuffled(turns);
    }

    private void Take(Conversation record, string number)
    {
        if (string.IsNullOrEmpty(record.Image) || Turns(record.Conversations) is not { } turns)
        {
            _faults.Report("there is no image, or no questions and answers in turn with one <image>, in the first question", _annotations, number);
        }
        else if (!_detections.TryGetValue(Path.GetFileName(record.Image), out var found))
        {
            _faults.Report("the detector's file lacks the picture", _annotations, number, record.Image);
        }
        else
        {
            _entries.Add(new Entry(record.Image, turns, found));
        }
    }

    private static InstructionTurn[]? Turns(Message[]? messages)
    {
        if (messages is not { Length: > 0 } || messages.Length % 2 != 0)
        {
            return null;
        }

        InstructionTurn[] turns = [.. messages.Chunk(2).Select(Turn).OfType<InstructionTurn>()];
        return turns.Length * 2 == messages.Length && turns[0].Human.Contains(Image, StringComparison.Ordinal) ? turns : null;
    }

    private static InstructionTurn? Turn(Message[] pair, int turn) =>
        pair is [{ From: "human", Value: { } human }, { From: "gpt", Value: { } answer }]
        && HumanText.IsPlain(turn == 0 ? WithoutImage(human) : human) && !string.IsNullOrWhiteSpace(answer)
            ? new InstructionTurn(human, answer)
            : null;

    private static string WithoutImage(string text) =>
        text.IndexOf(Image, StringComparison.Ordinal) is var at and >= 0 ? text.Remove(at, Image.Length) : text;

    private sealed record Entry(string Image, InstructionTurn[] Turns, PictureDetections Found);

    private sealed record Conversation(string? Image, Message[]? Conversations);

    private sealed record Message(string? From, string? Value);
}
