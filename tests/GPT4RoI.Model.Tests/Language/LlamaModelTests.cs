using System.Text.Json;
using GPT4RoI.Model.Language;
using static TorchSharp.torch;

namespace GPT4RoI.Model.Tests.Language;

public sealed class LlamaModelTests(TinyCheckpoint tiny) : IClassFixture<TinyCheckpoint>
{
    private const double HiddenTolerance = 1e-3, LogitsTolerance = 2e-3;

    public static TheoryData<string> Turns
    {
        get
        {
            using var golden = new GoldenTensors("prompts");
            return [.. GoldenTurns.Names().Where(turn => golden.Has(turn + ".inputs_embeds"))];
        }
    }

    [Fact]
    public void Forward_GoldenPrompt_GivesTheAuthorsStatesAtEveryLayer()
    {
        using var scope = NewDisposeScope();
        using var golden = new GoldenTensors("prompts");
        using var cache = new KvCache(tiny.Config.Language, blocks: 60, blockSize: 7, ModelPlacement.Cpu);
        var sequences = new PagedSequences(60, 7, seed: 1);
        var embeddings = golden["single.t0.inputs_embeds"];
        var seen = new List<string>();

        var hidden = tiny.Language.Forward(embeddings, sequences.Next((sequences.Add(), (int)embeddings.shape[0])), cache, (name, value) =>
        {
            seen.Add(name);
            TensorAssert.Close(golden["single.t0." + name], value, HiddenTolerance, name);
        });

        Assert.Equal(["layer_out.0", "layer_out.1", "layer_out.2", "layer_out.3", "final_norm"], seen);
        TensorAssert.Close(golden["single.t0.logits_all"], tiny.Language.Logits(hidden), LogitsTolerance, "logits_all");
    }

    [Theory]
    [MemberData(nameof(Turns))]
    public void Forward_GoldenTurnDecodedGreedily_GivesTheAuthorsTokens(string turn)
    {
        using var golden = new GoldenTensors("prompts");
        var expected = GoldenTurns.GeneratedIds(turn);
        // Odd block sizes and shuffled blocks: nothing may depend on where a sequence lies.
        var blockSize = 3 + turn.Length % 5 * 2;
        using var cache = new KvCache(tiny.Config.Language, blocks: 300, blockSize, ModelPlacement.Cpu);
        var sequences = new PagedSequences(300, blockSize, seed: turn.Length);
        var sequence = sequences.Add();
        using var scope = NewDisposeScope();
        var (next, stepLogits) = (golden[turn + ".inputs_embeds"], golden[turn + ".step_logits"]);
        var generated = new List<int>();
        while (generated.Count < expected.Length)
        {
            var hidden = tiny.Language.Forward(next, sequences.Next((sequence, (int)next.shape[0])), cache);
            var logits = tiny.Language.Logits(hidden.narrow(0, hidden.shape[0] - 1, 1)); // [1, vocabulary]
            TensorAssert.Close(stepLogits.narrow(0, generated.Count, 1), logits, LogitsTolerance, $"step {generated.Count}");
            generated.Add((int)logits.argmax().item<long>());
            next = tiny.Language.Embed([generated[^1]]);
        }

        Assert.Equal(expected, generated);
    }

    [Theory]
    [InlineData(1, 5)]
    [InlineData(64, 16)]
    [InlineData(17, 3)]
    public void Forward_PromptInChunks_GivesWhatTheWholeGives(int chunk, int blockSize)
    {
        using var scope = NewDisposeScope();
        using var golden = new GoldenTensors("prompts");
        using var cache = new KvCache(tiny.Config.Language, 200, blockSize, ModelPlacement.Cpu);
        var sequences = new PagedSequences(200, blockSize, seed: chunk);
        var sequence = sequences.Add();
        var embeddings = golden["single.t0.inputs_embeds"];

        var parts = embeddings.split(chunk)
            .Select(part => tiny.Language.Forward(part, sequences.Next((sequence, (int)part.shape[0])), cache)).ToArray();

        TensorAssert.Close(golden["single.t0.final_norm"], cat(parts), HiddenTolerance);
    }

    [Fact]
    public void Forward_PrefillsChunksAndDecodesTogether_GiveWhatEachGivesAlone()
    {
        using var scope = NewDisposeScope();
        using var golden = new GoldenTensors("prompts");
        using var cache = new KvCache(tiny.Config.Language, 250, 9, ModelPlacement.Cpu);
        var sequences = new PagedSequences(250, 9, seed: 4);
        var (first, second, third) = (sequences.Add(), sequences.Add(), sequences.Add());
        var (single, two, five) = (golden["single.t0.inputs_embeds"], golden["two.t0.inputs_embeds"], golden["five.t0.inputs_embeds"]);
        Tensor Rows(Tensor prompt, int start, int count) => prompt.narrow(0, start, count);

        tiny.Language.Forward(cat([Rows(single, 0, 365), Rows(two, 0, 100)]), sequences.Next((first, 365), (second, 100)), cache);
        // One decodes, one goes on with its prompt, one begins; their order is not that of their creation.
        var hidden = tiny.Language.Forward(
            cat([Rows(two, 100, 276), Rows(single, 365, 1), Rows(five, 0, 403)]), sequences.Next((second, 276), (first, 1), (third, 403)), cache);

        var last = tiny.Language.Logits(cat([Rows(hidden, 276, 1), Rows(hidden, 275, 1), Rows(hidden, 679, 1)]));
        TensorAssert.Close(
            stack([golden["single.t0.logits_last"], golden["two.t0.logits_last"], golden["five.t0.logits_last"]]), last, LogitsTolerance);
    }

    [Fact]
    public void Forward_LeavesNothingBehindButItsResult()
    {
        using var golden = new GoldenTensors("prompts");
        using var cache = new KvCache(tiny.Config.Language, 60, 7, ModelPlacement.Cpu);
        using var embeddings = golden["single.t0.inputs_embeds"];
        var sequences = new PagedSequences(60, 7, seed: 1);
        using var scope = NewDisposeScope();

        var hidden = tiny.Language.Forward(embeddings, sequences.Next((sequences.Add(), 366)), cache);

        Assert.Equal(1, scope.DisposablesCount);
        Assert.Equal([366, 128], hidden.shape);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(566)]
    public void Embed_IdOutsideTheVocabulary_IsRefused(int id) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => tiny.Language.Embed([1, id]));
}

/// <summary>The turns of cases/prompts.json.</summary>
file static class GoldenTurns
{
    public static IEnumerable<string> Names() => Turns().Select(turn => turn.Name);

    public static int[] GeneratedIds(string name) => Turns().Single(turn => turn.Name == name).Generated;

    private static List<(string Name, int[] Generated)> Turns()
    {
        using var json = JsonDocument.Parse(File.ReadAllBytes(Golden.File("cases", "prompts.json")));
        return [.. json.RootElement.GetProperty("cases").EnumerateArray().SelectMany(prompt => prompt.GetProperty("turns").EnumerateArray()
            .Select((turn, index) => (
                $"{prompt.GetProperty("name").GetString()}.t{index}",
                turn.GetProperty("generated_ids").EnumerateArray().Select(id => id.GetInt32()).ToArray())))];
    }
}
