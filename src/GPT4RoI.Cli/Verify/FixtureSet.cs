using GPT4RoI.Model;
using GPT4RoI.Model.Language;
using GPT4RoI.Model.Prompting;
using GPT4RoI.Model.Regions;
using GPT4RoI.Model.Vision;
using GPT4RoI.Model.Weights;
using static TorchSharp.torch;

namespace GPT4RoI.Cli.Verify;

/// <summary>
/// A fixture directory (<c>tiny/ cases/ full_spi/ delta/</c>) and the parts of its tiny model, each loaded when first asked for. Everything runs in float32:
/// that is what the fixtures' tolerances are for.
/// </summary>
internal sealed class FixtureSet(string root, ModelPlacement placement) : IDisposable
{
    private const long MaxPixels = 100_000_000;

    private readonly Lazy<Gpt4RoiCheckpoint> _checkpoint = new(() => Gpt4RoiCheckpoint.Open(Path.Combine(root, "tiny")));
    private readonly Dictionary<Type, IDisposable> _parts = [];

    public Gpt4RoiConfig Config => _checkpoint.Value.Config;

    public ClipVisionTower Tower => Part(checkpoint => checkpoint.LoadVisionTower(placement));

    public RegionModule Regions => Part(checkpoint => checkpoint.LoadRegionModule(placement));

    public MultimodalProjector Projector => Part(checkpoint => checkpoint.LoadProjector(placement));

    public LlamaModel Language => Part(checkpoint => checkpoint.LoadLanguageModel(placement));

    public Gpt4RoiTokenizer Tokenizer => field ??= Gpt4RoiTokenizer.Load(Path.Combine(root, "tiny"));

    /// <summary>Where the model computes.</summary>
    public ModelPlacement Placement => placement;

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

    /// <summary>A picture as the tower takes it, [1, 3, side, side]: as recorded, or from its file where no record is.</summary>
    public Tensor Pixels(string image)
    {
        using var recorded = new SafetensorsFile(PathOf("cases", "preprocess.safetensors"));
        if (recorded.Tensors.ContainsKey(image + ".image"))
        {
            using var aliased = recorded.Read(image + ".image");
            return aliased.unsqueeze(0).clone();
        }
        var side = Config.Vision.ImageSize;
        return tensor(ImagePreprocessor.Load(Config.VisionTower, side).Preprocess(Decode(image)), [1, 3, side, side], ScalarType.Float32);
    }

    /// <summary>A picture of <c>cases/images</c>.</summary>
    /// <exception cref="InvalidDataException">It cannot be decoded.</exception>
    public DecodedImage Decode(string image)
    {
        var path = Directory.EnumerateFiles(PathOf("cases", "images"), image + ".*").Single();
        return ImageDecoder.TryDecode(File.ReadAllBytes(path), MaxPixels, out var decoded, out var fault)
            ? decoded
            : throw new InvalidDataException($"{path}: {fault}");
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
