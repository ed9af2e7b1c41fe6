using GPT4RoI.Model.Language;
using GPT4RoI.Model.Regions;
using GPT4RoI.Model.Vision;

namespace GPT4RoI.Model.Tests;

/// <summary>The parts of the golden checkpoint, loaded once per test class.</summary>
public sealed class TinyCheckpoint : IDisposable
{
    private readonly Lazy<ClipVisionTower> _vision;
    private readonly Lazy<RegionModule> _regions;
    private readonly Lazy<MultimodalProjector> _projector;
    private readonly Lazy<LlamaModel> _language;

    public TinyCheckpoint()
    {
        Checkpoint = Gpt4RoiCheckpoint.Open(Golden.File("tiny"));
        _vision = new(() => Checkpoint.LoadVisionTower(ModelPlacement.Cpu));
        _regions = new(() => Checkpoint.LoadRegionModule(ModelPlacement.Cpu));
        _projector = new(() => Checkpoint.LoadProjector(ModelPlacement.Cpu));
        _language = new(() => Checkpoint.LoadLanguageModel(ModelPlacement.Cpu));
    }

    public Gpt4RoiCheckpoint Checkpoint { get; }

    public Gpt4RoiConfig Config => Checkpoint.Config;

    public ClipVisionTower Vision => _vision.Value;

    public RegionModule Regions => _regions.Value;

    public MultimodalProjector Projector => _projector.Value;

    public LlamaModel Language => _language.Value;

    public void Dispose()
    {
        foreach (var part in new IDisposable?[] { Created(_vision), Created(_regions), Created(_projector), Created(_language), Checkpoint })
        {
            part?.Dispose();
        }
    }

    private static T? Created<T>(Lazy<T> part) where T : class => part.IsValueCreated ? part.Value : null;
}
