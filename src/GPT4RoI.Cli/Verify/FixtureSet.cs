using GPT4RoI.Model;
using GPT4RoI.Model.Language;
using GPT4RoI.Model.Prompting;
using GPT4RoI.Model.Regions;
using GPT4RoI.Model.Vision;

namespace GPT4RoI.Cli.Verify;

/// <summary>
/// A fixture directory (<c>tiny/ cases/ full_spi/ delta/</c>) and the parts of its tiny model, each loaded when first asked for. Everything runs in float32 on
/// the CPU: that is what the fixtures' tolerances are for.
/// </summary>
internal sealed class FixtureSet(string root) : IDisposable
{
    private readonly Lazy<Gpt4RoiCheckpoint> _checkpoint = new(() => Gpt4RoiCheckpoint.Open(Path.Combine(root, "tiny")));
    private readonly Dictionary<Type, IDisposable> _parts = [];

    public Gpt4RoiConfig Config => _checkpoint.Value.Config;

    public ClipVisionTower Tower => Part(checkpoint => checkpoint.LoadVisionTower(ModelPlacement.Cpu));

    public RegionModule Regions => Part(checkpoint => checkpoint.LoadRegionModule(ModelPlacement.Cpu));

    public MultimodalProjector Projector => Part(checkpoint => checkpoint.LoadProjector(ModelPlacement.Cpu));

    public LlamaModel Language => Part(checkpoint => checkpoint.LoadLanguageModel(ModelPlacement.Cpu));

    public Gpt4RoiTokenizer Tokenizer => field ??= Gpt4RoiTokenizer.Load(Path.Combine(root, "tiny"));

    /// <summary>Absolute path of something in the directory.</summary>
    public string PathOf(params string[] parts) => Path.Combine([root, .. parts]);

    /// <summary>Files of <c>cases/</c> with this prefix, in order; empty if there are none.</summary>
    public IEnumerable<string> Cases(string prefix)
    {
        var folder = PathOf("cases");
        return Directory.Exists(folder)
            ? Directory.EnumerateFiles(folder, prefix + "*.safetensors").Order(StringComparer.Ordinal)
            : [];
    }

    public void Dispose()
    {
        foreach (var part in _parts.Values)
        {
            part.Dispose();
        }
        if (_checkpoint.IsValueCreated)
        {
            _checkpoint.Value.Dispose();
        }
    }

    private T Part<T>(Func<Gpt4RoiCheckpoint, T> load) where T : class, IDisposable
    {
        if (!_parts.TryGetValue(typeof(T), out var part))
        {
            _parts.Add(typeof(T), part = load(_checkpoint.Value));
        }
        return (T)part;
    }
}
