using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using GPT4RoI.Cli.Verify.Prompts;
using GPT4RoI.Model.Language;
using GPT4RoI.Model.Prompting;
using GPT4RoI.Model.Weights;
using static TorchSharp.torch;

namespace GPT4RoI.Cli.Verify.Stages;

/// <summary>Whole conversations: prompt text, ids and positions, input embeddings, hidden states, logits, and greedy answers from the engine.</summary>
internal sealed class PromptStage : IVerifyStage
{
    private const int BlockSize = 16;

    public string Name => "prompts";

    public async IAsyncEnumerable<VerifyResult> RunAsync(
        FixtureSet fixtures, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (!File.Exists(fixtures.PathOf("cases", "prompts.json")))
        {
            yield break;
        }
        var fixture = PromptFixture.Read(fixtures.PathOf("cases", "prompts.json"));
        using var recorded = new SafetensorsFile(fixtures.PathOf("cases", "prompts.safetensors"));
        await using var generator = new GreedyEngine(fixtures);
        foreach (var conversation in fixture.Cases)
        {
            cancellationToken.ThrowIfCancellationRequested();
            using var picture = PictureFeatures.Compute(fixtures, conversation.Image);
            foreach (var replay in PromptReplay.Play(fixtures, conversation, picture))
            {
                foreach (var result in CheckText(fixtures, replay).Concat(CheckNumbers(fixtures, replay, recorded)))
                {
                    yield return result;
                }
                yield return await CheckGreedyAsync(generator, replay, cancellationToken);
            }
        }
        foreach (var result in CheckTrainingSamples(fixtures, fixture.TrainingSamples ?? []))
        {
            yield return result;
        }
    }

    private IEnumerable<VerifyResult> CheckText(FixtureSet fixtures, PromptReplay replay)
    {
        var (name, theirs, ours) = (replay.Name, replay.Fixture, replay.Prompt);
        yield return Compare.Exact(Name, name + " prompt_text", replay.Text, theirs.PromptText);
        yield return Compare.Exact(Name, name + " input_ids", ours.TokenIds, theirs.InputIds);
        int[] positions = [ours.ImageOffset - 1, ours.ImageOffset, ours.ImageOffset + ours.ImageLength - 1, ours.ImageOffset + ours.ImageLength];
        var expected = theirs.Positions;
        yield return Compare.Exact(
            Name, name + " positions", [.. positions, .. ours.RegionSlots.Select(slot => slot.TokenIndex)],
            [.. expected.ImStart, .. expected.ImPatchFirstLast, .. expected.ImEnd, .. expected.Bbox ?? []]);
        yield return Compare.Values(
            Name, name + " bboxes_norm", MemoryMarshal.Cast<Model.Regions.BoundingBox, float>(replay.Boxes.ToArray()),
            [.. (theirs.BboxesNorm ?? []).SelectMany(box => box)], Tolerances.Exact);
        var decoded = fixtures.Tokenizer.Decode(theirs.GeneratedIds, skipSpecial: true);
        yield return Compare.Exact(Name, name + " generated_text", decoded, theirs.GeneratedTextRaw);
        if (theirs.AssistantTextShown is { } shown)
        {
            yield return Compare.Exact(Name, name + " shown", LiteralAnswer.Shown(decoded), shown);
            yield return Compare.Exact(Name, name + " in_history", LiteralAnswer.StoredInHistory(decoded), theirs.AssistantTextInHistory);
        }
    }

    // The recorded answer is fed token by token, so every step's logits are compared even if one of ours were to choose another token.
    private List<VerifyResult> CheckNumbers(FixtureSet fixtures, PromptReplay replay, SafetensorsFile recorded)
    {
        using var scope = NewDisposeScope();
        var model = fixtures.Language;
        var tokens = replay.Fixture.InputIds;
        var answer = replay.Fixture.GeneratedIds;
        var results = new List<VerifyResult>();
        using var cache = new KvCache(model.Config, (tokens.Length + answer.Length + BlockSize - 1) / BlockSize, BlockSize, model.Placement);
        var probe = new Probe();

        var embeddings = model.Embed(tokens); // [tokens, hidden]
        foreach (var span in replay.Spans)
        {
            var width = span.Values.Length / span.Length;
            var rows = tensor(span.Values.ToArray(), [span.Length, width], ScalarType.Float32);
            embeddings.narrow(0, span.Offset, span.Length).copy_(span.Kind == Engine.Requests.SpanKind.Image ? fixtures.Projector.Forward(rows) : rows);
        }
        Check("inputs_embeds", embeddings, Tolerances.Embeddings);
        var hidden = model.Forward(embeddings, Batch(0, tokens.Length, cache.Blocks), cache, probe.Record);
        for (var layer = 0; layer < model.Config.Layers; layer++)
        {
            Check($"layer_out.{layer}", probe[$"layer_out.{layer}"]!, Tolerances.Hidden);
        }
        Check("final_norm", probe["final_norm"]!, Tolerances.Hidden);
        var all = model.Logits(hidden); // [tokens, vocabulary]
        Check("logits_all", all, Tolerances.Logits);
        var steps = new List<Tensor> { all[-1] };
        Check("logits_last", steps[0], Tolerances.Logits);
        for (var step = 0; step < answer.Length - 1; step++)
        {
            var next = model.Forward(model.Embed([answer[step]]), Batch(tokens.Length + step, 1, cache.Blocks), cache);
            steps.Add(model.Logits(next)[0]);
        }
        Check("step_logits", stack(steps), Tolerances.Logits);
        probe.Clear();
        return results;

        void Check(string key, Tensor ours, double tolerance)
        {
            if (recorded.Tensors.ContainsKey($"{replay.Name}.{key}"))
            {
                results.Add(Compare.Tensors(Name, $"{replay.Name} {key}", ours, recorded.Read($"{replay.Name}.{key}"), tolerance));
            }
        }
    }

    private static AttentionBatch Batch(int computed, int count, int blocks) => new()
    {
        QueryStarts = [0, count],
        ContextLengths = [computed + count],
        Positions = [.. Enumerable.Range(computed, count)],
        SlotMapping = [.. Enumerable.Range(computed, count)],
        BlockTables = [[.. Enumerable.Range(0, blocks)]],
    };

    private async Task<VerifyResult> CheckGreedyAsync(GreedyEngine generator, PromptReplay replay, CancellationToken cancellationToken)
    {
        var expected = replay.Fixture.GeneratedIds;
        var ours = await generator.GenerateAsync(replay.Name, replay.Prompt.TokenIds, replay.Spans, expected.Length, cancellationToken);
        return Compare.Exact(Name, replay.Name + " greedy", ours, expected);
    }

    private IEnumerable<VerifyResult> CheckTrainingSamples(FixtureSet fixtures, IReadOnlyList<TrainingSample> samples)
    {
        foreach (var (index, sample) in samples.Index())
        {
            var text = PromptReplay.Conversation(fixtures, LiteralHistory.Clean).Render(sample.Conversations.Select(message => new LiteralText(message.Value)));
            yield return Compare.Exact(Name, $"training {index} prompt_text", text.Value, sample.PromptText);
            yield return Compare.Exact(
                Name, $"training {index} input_ids", fixtures.Tokenizer.EncodeLiteral(text, addBos: true), sample.InputIds);
        }
    }
}
