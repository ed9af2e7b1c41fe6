using System.Text.Json;
using GPT4RoI.Engine.Execution;
using GPT4RoI.Model;
using GPT4RoI.Model.Language;
using GPT4RoI.Model.Vision;

namespace GPT4RoI.Engine.Tests.Execution;

/// <summary>The tiny checkpoint, and the prompts that the authors' code continued with it.</summary>
public sealed class TinyModel : IDisposable
{
    private readonly Gpt4RoiCheckpoint _checkpoint = Gpt4RoiCheckpoint.Open(GoldenFiles.Path("tiny"));
    private readonly LlamaModel _language;
    private readonly MultimodalProjector _projector;

    public TinyModel()
    {
        // Its matrices are too small to share, and waiting for a second thread is slow where other tests have the cores.
        ModelPlacement.UseThreads(1);
        _language = _checkpoint.LoadLanguageModel(ModelPlacement.Cpu);
        _projector = _checkpoint.LoadProjector(ModelPlacement.Cpu);
        Turns = ReadTurns();
    }

    internal IReadOnlyList<GoldenTurn> Turns { get; }

    /// <summary>Bytes of this many blocks of 16 tokens.</summary>
    internal long BlockBytes(int blocks) => blocks * KvCache.BytesPerBlock(_checkpoint.Config.Language, 16, ModelPlacement.Cpu.Dtype);

    internal ModelRunner Runner(LlmEngineOptions options) => new(_language, _projector, _checkpoint.Config.Vision.HiddenSize, options);

    internal EngineHarness Engine(Action<LlmEngineOptions>? configure = null)
    {
        var options = new LlmEngineOptions { KvCacheBytes = BlockBytes(600) };
        configure?.Invoke(options);
        return new EngineHarness(Runner(options), options);
    }

    internal LlmEngine Start(LlmEngineOptions options) => LlmEngine.Create(
        options, _language, _projector, _checkpoint.Config.Vision.HiddenSize, EngineHarness.Tokenizer, "###", TimeProvider.System,
        Microsoft.Extensions.Logging.Abstractions.NullLogger<LlmEngine>.Instance);

    public void Dispose()
    {
        _projector.Dispose();
        _language.Dispose();
        _checkpoint.Dispose();
    }

    private static List<GoldenTurn> ReadTurns()
    {
        using var file = JsonDocument.Parse(File.ReadAllBytes(GoldenFiles.Path("cases", "prompts.json")));
        var turns = new List<GoldenTurn>();
        foreach (var golden in file.RootElement.GetProperty("cases").EnumerateArray())
        {
            var name = golden.GetProperty("name").GetString()!;
            var image = Path.GetFileNameWithoutExtension(golden.GetProperty("image").GetString()!);
            var index = 0;
            foreach (var turn in golden.GetProperty("turns").EnumerateArray())
                turns.Add(GoldenTurn.Read($"{name}.t{index++}", image, turn));
        }
        return turns;
    }
}
