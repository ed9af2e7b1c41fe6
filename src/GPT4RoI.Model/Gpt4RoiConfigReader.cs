using System.Text.Json;
using GPT4RoI.Model.Prompting;
using GPT4RoI.Model.Vision;
using GPT4RoI.Model.Weights;

namespace GPT4RoI.Model;

/// <summary>Reads <see cref="Gpt4RoiConfig"/> from a checkpoint's <c>config.json</c>, its vision tower's, and the shapes of its weights.</summary>
public static class Gpt4RoiConfigReader
{
    private const string FileName = "config.json";
    private const string RegionPrefix = "model.spi_module.";
    private const int CoordinateChannels = 2;

    /// <param name="directory">The checkpoint's folder.</param>
    /// <param name="weights">Its weights, asked for shapes only.</param>
    /// <exception cref="WeightsException">
    /// A file is missing or not JSON, a required key is missing or senseless, or the model is of an unsupported kind.
    /// </exception>
    public static Gpt4RoiConfig Read(string directory, IWeightSource weights)
    {
        using var config = Open(directory);
        var root = new JsonConfig(config.RootElement, Path.Combine(directory, FileName));
        var tower = Path.GetFullPath(Path.Combine(directory, root.Text("mm_vision_tower")));
        if (!Directory.Exists(tower))
        {
            throw new WeightsException(
                $"{root.Path}: mm_vision_tower names '{root.Text("mm_vision_tower")}', but {tower} is no folder. "
                + "Put the CLIP checkpoint there, or change the key to where it is, relative to the checkpoint.");
        }
        using var towerConfig = Open(tower);
        var (language, vision, regions) =
            (Language(root), Vision(new(towerConfig.RootElement, Path.Combine(tower, FileName)), root), Regions(root, weights));
        CheckParts(root, language, vision, regions);
        var conversation = root.Find("conversation_version") is null ? ConversationTemplate.DefaultVersion : root.Text("conversation_version");
        return new(language, vision, regions, tower, conversation);
    }

    /// <summary>The region module's sizes as its weights alone tell them: for a checkpoint that is not a folder.</summary>
    /// <param name="weights">Asked for shapes only.</param>
    /// <param name="name">What to call the weights in a message.</param>
    /// <exception cref="WeightsException">They hold no region module.</exception>
    public static RegionConfig ReadRegions(IWeightSource weights, string name) => Regions(new(default, name), weights);

    private static void CheckParts(JsonConfig root, LlamaConfig language, ClipVisionConfig vision, RegionConfig regions)
    {
        if (regions.OutputSize != language.HiddenSize || regions.InputChannels != vision.HiddenSize)
        {
            throw new WeightsException(
                $"{root.Path}: the region module maps {regions.InputChannels} to {regions.OutputSize} channels, but the vision tower has {vision.HiddenSize} "
                + $"and the language model {language.HiddenSize}.");
        }
        try
        {
            ClipLevels.Indices(vision, regions.Levels);
        }
        catch (ArgumentException exception)
        {
            throw new WeightsException($"{root.Path}: mm_vision_select_layer: {exception.Message}", exception);
        }
    }

    private static LlamaConfig Language(JsonConfig root)
    {
        root.Refuse("hidden_act", "silu");
        root.Refuse("tie_word_embeddings", "False");
        root.Refuse("rope_scaling", "");
        var heads = root.Size("num_attention_heads");
        var config = new LlamaConfig(
            root.Size("hidden_size"), root.Size("intermediate_size"), root.Size("num_hidden_layers"), heads, root.Size("num_key_value_heads", heads),
            root.Size("vocab_size"), root.Size("max_position_embeddings", 2048), (float)root.Number("rms_norm_eps", 1e-6), root.Number("rope_theta", 10000));
        return config.HiddenSize % heads == 0 && config.HeadDim % 2 == 0 && heads % config.KeyValueHeads == 0
            ? config
            : throw new WeightsException(
                $"{root.Path}: hidden_size {config.HiddenSize}, num_attention_heads {heads} and num_key_value_heads {config.KeyValueHeads} do not divide.");
    }

    private static ClipVisionConfig Vision(JsonConfig tower, JsonConfig root)
    {
        // A full CLIP checkpoint keeps the tower's sizes in a section of its own; keys left out mean Hugging Face's defaults.
        var vision = tower.Section("vision_config") ?? tower;
        vision.Refuse("hidden_act", "quick_gelu");
        var config = new ClipVisionConfig(
            vision.Size("hidden_size", 768), vision.Size("intermediate_size", 3072), vision.Size("num_hidden_layers", 12),
            vision.Size("num_attention_heads", 12), vision.Size("image_size", 224), vision.Size("patch_size", 32),
            (float)vision.Number("layer_norm_eps", 1e-5), (int)root.Number("mm_vision_select_layer", -2));
        var expected = root.Size("mm_hidden_size", config.HiddenSize);
        return expected == config.HiddenSize && config.HiddenSize % config.Heads == 0 && config.ImageSize % config.PatchSize == 0
            ? config
            : throw new WeightsException(
                $"{tower.Path}: hidden_size {config.HiddenSize} is not the checkpoint's mm_hidden_size {expected}, or heads or patches do not divide.");
    }

    private static RegionConfig Regions(JsonConfig root, IWeightSource weights)
    {
        var given = root.Section("spi_config") ?? root.Empty();
        var channels = given.Size("embed_dims", Dimension("mlvl_fuse.input_conv.0.weight", 0));
        var deformable = given.Find("extractor") is { } extractor ? Deformable(given, extractor.ToString()) : null;
        var flattened = deformable is null ? Dimension("roi_align.flatten_linear.weight", 1) : 0;
        var config = new RegionConfig(
            given.Size("num_levels", Count("mlvl_fuse.input_conv.{0}.weight")),
            Dimension("mlvl_fuse.input_conv.0.weight", 1) - CoordinateChannels,
            channels,
            given.Size("gn_groups", 64),
            given.Size("num_fuse", Count("mlvl_fuse.fuse_convs.{0}.conv.weight")),
            given.Size("pos_hidden", Dimension("roi_align.pos_embedd.0.weight", 0)),
            given.Size("mid_dims", Dimension("roi_align.updims.weight", 1)),
            given.Size("out_dims", Dimension("roi_align.updims.weight", 0)),
            deformable?.Grid ?? given.Size("roi_output_size", channels > 0 ? (int)Math.Sqrt(flattened / channels) : 0),
            given.Size("roi_sampling_ratio", 2),
            deformable);
        return config.Channels % 4 == 0 && config.Channels % config.GroupNormGroups == 0 && config.Channels % (deformable?.Heads ?? 1) == 0
            ? config
            : throw new WeightsException(
                $"{root.Path}: the region module's {config.Channels} channels must divide by 4 and by {config.GroupNormGroups} groups (gn_groups), and by deformable_heads.");

        int Dimension(string name, int axis) => weights.Tensors.TryGetValue(RegionPrefix + name, out var info) && info.Shape.Length > axis
            ? (int)Math.Min(info.Shape[axis], int.MaxValue)
            : throw new WeightsException($"{root.Path}: the checkpoint has no {RegionPrefix}{name}: it holds no region module.");

        DeformableConfig? Deformable(JsonConfig spi, string name) => name switch
        {
            "roi_align" => null,
            "deformable" => new(spi.Size("deformable_grid", 4), spi.Size("deformable_heads", 8), spi.Size("deformable_points", 4)),
            _ => throw new WeightsException($"{root.Path}: spi_config.extractor: '{name}' is neither roi_align nor deformable"),
        };

        int Count(string format) => Enumerable.Range(0, weights.Tensors.Count)
            .TakeWhile(index => weights.Tensors.ContainsKey(RegionPrefix + string.Format(null, format, index))).Count();
    }

    private static JsonDocument Open(string directory)
    {
        var path = Path.Combine(directory, FileName);
        try
        {
            using var stream = File.OpenRead(path);
            return JsonDocument.Parse(stream);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or JsonException)
        {
            throw new WeightsException($"{path}: cannot be read: {exception.Message}", exception);
        }
    }
}
