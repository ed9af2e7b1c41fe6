using System.Diagnostics.Metrics;
using GPT4RoI.Contracts;
using GPT4RoI.Contracts.Models;
using GPT4RoI.Engine;
using GPT4RoI.Engine.Vision;
using GPT4RoI.Model;
using GPT4RoI.Model.Prompting;
using GPT4RoI.Model.Vision;
using GPT4RoI.Model.Weights;
using GPT4RoI.Silo.Features;
using GPT4RoI.Silo.Vision;
using Microsoft.Extensions.Options;

namespace GPT4RoI.Silo.Hosting;

/// <summary>
/// Owns what this node has loaded of the model: only the parts that its roles need. Registered before the silo, so that it is loaded before
/// the silo joins and let go after it has left.
/// </summary>
internal sealed partial class ModelHost(
    IOptions<SiloOptions> options, IOptions<VisionOptions> vision, IOptions<LlmEngineOptions> engine, TimeProvider time, IMeterFactory meters,
    ILoggerFactory loggers, ILogger<ModelHost> logger)
    : IHostedService, IAsyncDisposable
{
    private readonly Stack<object> _owned = [];
    private ModelInfo? _info;
    private FeatureLayout? _layout;
    private VisionNode? _vision;
    private RegionNode? _regions;
    private LanguageNode? _language;

    /// <summary>What is served.</summary>
    public ModelInfo Info => _info ?? throw NotLoaded("model");

    /// <summary>What this model's features look like.</summary>
    public FeatureLayout Layout => _layout ?? throw NotLoaded("model");

    /// <summary>Role <c>vision</c>: decoding and CLIP.</summary>
    public VisionNode Vision => _vision ?? throw NotLoaded(Roles.Vision);

    /// <summary>Role <c>roi</c>: the region module.</summary>
    public RegionNode Regions => _regions ?? throw NotLoaded(Roles.Roi);

    /// <summary>Role <c>llm</c>: the engine and what makes prompts for it.</summary>
    public LanguageNode Language => _language ?? throw NotLoaded(Roles.Llm);

    /// <summary>True if the node has the role <c>llm</c>.</summary>
    public bool HasLanguage => _language is not null;

    /// <summary>Loads the parts.</summary>
    /// <exception cref="WeightsException">The checkpoint does not fit, or is not the one asked for; the message lists what is wrong.</exception>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        var (settings, started) = (options.Value, time.GetTimestamp());
        var placement = ModelPlacement.Parse(settings.Device, settings.Dtype)!;
        if (settings.Threads > 0)
        {
            ModelPlacement.UseThreads(settings.Threads);
        }
        if (settings.ModelChecksum.Length > 0)
        {
            ChecksumManifest.Verify(settings.Model, settings.ModelChecksum);
        }
        var checkpoint = Own(Gpt4RoiCheckpoint.Open(settings.Model));
        _layout = FeatureLayout.Of(checkpoint.Config, checkpoint.Fingerprint);
        var card = ModelCard.Read(settings.Model);
        _info = new ModelInfo(
            card.Name!, checkpoint.Fingerprint, Math.Min(engine.Value.MaxModelLength, checkpoint.Config.Language.MaxPositions),
            checkpoint.Config.Vision.Patches, card.AnswersAreMeaningless);
        if (settings.Has(Roles.Vision))
        {
            _vision = LoadVision(checkpoint, placement);
        }
        if (settings.Has(Roles.Roi))
        {
            var module = Own(checkpoint.LoadRegionModule(placement));
            _regions = new RegionNode(Own(new RegionEncoder(module, vision.Value, time, loggers.CreateLogger<RegionEncoder>())));
        }
        if (settings.Has(Roles.Llm))
        {
            _language = LoadLanguage(checkpoint, placement);
        }
        LogLoaded(_info.Name, _info.Fingerprint, settings.Roles, time.GetElapsedTime(started).TotalSeconds);
        return Task.CompletedTask;
    }

    /// <summary>Stops the engines, then frees the weights.</summary>
    public Task StopAsync(CancellationToken cancellationToken) => DisposeAsync().AsTask();

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        // last loaded, first freed: an engine ends before the weights it reads, the weights before the files they lie in
        while (_owned.TryPop(out var part))
        {
            switch (part)
            {
                case IAsyncDisposable asynchronous:
                    await asynchronous.DisposeAsync();
                    break;
                case IDisposable disposable:
                    disposable.Dispose();
                    break;
            }
        }
    }

    private VisionNode LoadVision(Gpt4RoiCheckpoint checkpoint, ModelPlacement placement)
    {
        var tower = Own(checkpoint.LoadVisionTower(placement));
        var encoder = Own(new ImageEncoder(tower, checkpoint.Config.Vision, vision.Value, time, loggers.CreateLogger<ImageEncoder>()));
        var decoders = Own(new DecodePool(vision.Value, time, loggers.CreateLogger<DecodePool>()));
        var preprocessor = ImagePreprocessor.Load(checkpoint.Config.VisionTower, checkpoint.Config.Vision.ImageSize);
        return new VisionNode(decoders, preprocessor, encoder, options.Value.MaxImagePixels);
    }

    private LanguageNode LoadLanguage(Gpt4RoiCheckpoint checkpoint, ModelPlacement placement)
    {
        var tokenizer = Gpt4RoiTokenizer.Load(options.Value.Model);
        var template = ConversationTemplate.For(checkpoint.Config.ConversationVersion);
        var language = Own(checkpoint.LoadLanguageModel(placement));
        var projector = Own(checkpoint.LoadProjector(placement));
        var llm = Own(LlmEngine.Create(
            engine.Value, language, projector, checkpoint.Config.Vision.HiddenSize, tokenizer, template.Separator ?? "", time,
            loggers.CreateLogger<LlmEngine>(), meters));
        return new LanguageNode(llm, tokenizer, template, new PromptBuilder(tokenizer, template, checkpoint.Config.Vision.Patches));
    }

    private T Own<T>(T part)
        where T : notnull
    {
        _owned.Push(part);
        return part;
    }

    private static InvalidOperationException NotLoaded(string what) => new($"This node has not loaded what the role {what} needs.");

    [LoggerMessage(10, LogLevel.Information, "Model {Model} ({Fingerprint}) loaded for {Roles} in {Seconds:F1} s")]
    private partial void LogLoaded(string model, string fingerprint, string roles, double seconds);
}
