using GPT4RoI.Model.Language;
using GPT4RoI.Model.Regions;
using GPT4RoI.Model.Vision;
using GPT4RoI.Model.Weights;

namespace GPT4RoI.Model;

/// <summary>
/// A GPT4RoI checkpoint on disk with its vision tower. Its parts are loaded one by one, so that a process maps only what it computes; each says what is
/// missing, mis-shaped or left over among its own tensors. Parts must be disposed before the checkpoint: their weights may lie in its mappings.
/// </summary>
public sealed class Gpt4RoiCheckpoint : IDisposable
{
    private const string ProjectorPrefix = "model.mm_projector", RegionPrefix = "model.spi_module", VisionPrefix = "vision_model";

    private readonly IWeightSource _weights, _visionWeights;

    private Gpt4RoiCheckpoint(string directory, IWeightSource weights)
    {
        _weights = weights;
        Config = Gpt4RoiConfigReader.Read(directory, weights);
        Fingerprint = CheckpointFingerprint.Compute(directory, Config.VisionTower);
        _visionWeights = WeightFiles.Open(Config.VisionTower);
    }

    /// <summary>Every size.</summary>
    public Gpt4RoiConfig Config { get; }

    /// <summary>Identifies model and vision tower by content, in hexadecimal: see <see cref="CheckpointFingerprint"/>.</summary>
    public string Fingerprint { get; }

    /// <summary>Opens the files and reads the config; weights are read when a part is loaded.</summary>
    /// <param name="directory">Holds <c>config.json</c> and weights; <c>mm_vision_tower</c> in the config is relative to it.</param>
    /// <exception cref="WeightsException">A file or key is missing or does not fit.</exception>
    public static Gpt4RoiCheckpoint Open(string directory)
    {
        var weights = WeightFiles.Open(directory);
        try
        {
            return new(directory, weights);
        }
        catch
        {
            weights.Dispose();
            throw;
        }
    }

    /// <summary>The CLIP tower. Of its checkpoint the text model, the projections and what lies behind the deepest level are left alone.</summary>
    /// <exception cref="WeightsException">Lists every tensor that does not fit.</exception>
    public ClipVisionTower LoadVisionTower(ModelPlacement placement)
    {
        var unused = ClipLevels.Indices(Config.Vision, Config.Regions.Levels)[^1];
        var behind = Enumerable.Range(unused, Config.Vision.Layers - unused).Select(layer => $"encoder.layers.{layer}.*");
        return Load(_visionWeights, placement, VisionPrefix, loader => new ClipVisionTower(Config.Vision, Config.Regions.Levels, loader),
            ["embeddings.position_ids", "post_layernorm.*", .. behind]);
    }

    /// <summary>The region module.</summary>
    /// <exception cref="WeightsException">Lists every tensor that does not fit.</exception>
    public RegionModule LoadRegionModule(ModelPlacement placement) => Load(_weights, placement, RegionPrefix,
        loader => new RegionModule(Config.Regions, Config.Vision.ImageSize, Config.Vision.PatchSize, loader), []);

    /// <summary>The projector of image features.</summary>
    /// <exception cref="WeightsException">Lists every tensor that does not fit.</exception>
    public MultimodalProjector LoadProjector(ModelPlacement placement) => Load(_weights, placement, ProjectorPrefix,
        loader => new MultimodalProjector(Config.Vision.HiddenSize, Config.Language.HiddenSize, loader), []);

    /// <summary>LLaMA. Every tensor of the checkpoint that belongs to no part is an error here; the stored rotary frequencies are recomputed.</summary>
    /// <param name="placement">Device and dtype.</param>
    /// <param name="attention">The kernel; the one that suits the placement when null.</param>
    /// <exception cref="WeightsException">Lists every tensor that does not fit.</exception>
    public LlamaModel LoadLanguageModel(ModelPlacement placement, IPagedAttention? attention = null) => Load(_weights, placement, "",
        loader => new LlamaModel(Config.Language, loader, attention), [$"{ProjectorPrefix}.*", $"{RegionPrefix}.*", "*.rotary_emb.inv_freq"]);

    private static T Load<T>(IWeightSource source, ModelPlacement placement, string prefix, Func<WeightLoader, T> create, string[] ignore)
        where T : IDisposable
    {
        var loader = new WeightLoader(source, placement, prefix);
        var part = create(loader);
        try
        {
            loader.Complete(ignore);
            return part;
        }
        catch
        {
            part.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        _weights.Dispose();
        _visionWeights.Dispose();
    }
}
