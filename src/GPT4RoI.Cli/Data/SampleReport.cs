using GPT4RoI.Cli.Output;
using GPT4RoI.Model.Prompting;
using GPT4RoI.Training.Instructions;

namespace GPT4RoI.Cli.Data;

/// <summary>Prints a sample: its boxes, the conversation, and every token with whether it is learned.</summary>
/// <param name="Dataset">Name of the set.</param>
/// <param name="Index">Of the sample.</param>
/// <param name="Count">Samples of the set.</param>
/// <param name="Sample">The sample.</param>
/// <param name="Encoded">The same as tokens.</param>
internal sealed record SampleReport(string Dataset, int Index, int Count, InstructionSample Sample, EncodedSample Encoded)
{
    /// <summary>For people. Of a run of image tokens the first stands for all.</summary>
    public void WriteText(TextWriter output, Gpt4RoiTokenizer tokenizer)
    {
        output.WriteLine(SafeText.Clean($"{Dataset}, sample {Index} of {Count}"));
        foreach (var (index, box) in Sample.Boxes.Index())
        {
            output.WriteLine(FormattableString.Invariant($"box {index + 1,3}  {box.X1:0.000} {box.Y1:0.000} {box.X2:0.000} {box.Y2:0.000}"));
        }

        foreach (var turn in Sample.Turns)
        {
            output.WriteLine(SafeText.Clean($"human      {turn.Human}"));
            output.WriteLine(SafeText.Clean($"assistant  {turn.Assistant}"));
        }

        output.WriteLine($"{Encoded.Ids.Length} tokens, {Learned} learned (L)");
        var patch = tokenizer.Special.ImagePatch;
        for (var at = 0; at < Encoded.Ids.Length; at++)
        {
            var id = Encoded.Ids[at];
            if (id != patch || at == Encoded.ImageOffset)
            {
                var times = id == patch ? $" x {Encoded.Ids.Count(other => other == patch)}" : "";
                output.WriteLine(SafeText.Clean($"{at,5}  {id,6}  {(IsLearned(at) ? 'L' : '.')}  {tokenizer.Name(id)}{times}"));
            }
        }
    }

    /// <summary>For programs.</summary>
    public void WriteJson(TextWriter output, Gpt4RoiTokenizer tokenizer, string? picture) => Json.WriteDocument(output, new
    {
        Dataset,
        Index,
        Count,
        Picture = picture,
        Boxes = Sample.Boxes.Select(box => new[] { box.X1, box.Y1, box.X2, box.Y2 }),
        Sample.Turns,
        Encoded.ImageOffset,
        Encoded.BoxPositions,
        Learned,
        Tokens = Encoded.Ids.Select((id, at) => new { Id = id, Text = tokenizer.Name(id), Learned = IsLearned(at) }),
    });

    private int Learned => Encoded.Labels.Count(label => label != EncodedSample.Ignored);

    private bool IsLearned(int at) => Encoded.Labels[at] != EncodedSample.Ignored;
}
