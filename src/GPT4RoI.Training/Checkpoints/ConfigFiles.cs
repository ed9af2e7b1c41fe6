using System.Text.Json;
using System.Text.Json.Nodes;
using GPT4RoI.Model;
using static TorchSharp.torch;

namespace GPT4RoI.Training.Checkpoints;

/// <summary>The <c>config.json</c> of a model and of its vision tower, with the keys of the released checkpoints.</summary>
internal static class ConfigFiles
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    public static string Model(Gpt4RoiConfig config, string tower, ScalarType dtype)
    {
        var (language, vision, regions) = (config.Language, config.Vision, config.Regions);
        return new JsonObject
        {
            ["architectures"] = new JsonArray("SPILlavaMPTForCausalLM"),
            ["model_type"] = "llava",
            ["torch_dtype"] = Name(dtype),
            ["bos_token_id"] = 1,
            ["eos_token_id"] = 2,
            ["pad_token_id"] = 0,
            ["hidden_act"] = "silu",
            ["hidden_size"] = language.HiddenSize,
            ["intermediate_size"] = language.IntermediateSize,
            ["num_hidden_layers"] = language.Layers,
            ["num_attention_heads"] = language.Heads,
            ["num_key_value_heads"] = language.KeyValueHeads,
            ["vocab_size"] = language.VocabularySize,
            ["max_position_embeddings"] = language.MaxPositions,
            ["rms_norm_eps"] = Short(language.RmsNormEpsilon),
            ["rope_theta"] = language.RopeBase,
            ["tie_word_embeddings"] = false,
            ["use_mm_proj"] = true,
            ["mm_use_im_start_end"] = true,
            ["mm_hidden_size"] = vision.HiddenSize,
            ["mm_vision_select_layer"] = vision.SelectLayer,
            ["mm_vision_tower"] = tower,
            ["conversation_version"] = config.ConversationVersion,
            ["spi_config"] = Regions(regions),
        }.ToJsonString(Indented);
    }

    private static JsonObject Regions(RegionConfig regions)
    {
        var common = new JsonObject
        {
            ["num_levels"] = regions.Levels,
            ["num_fuse"] = regions.FuseRounds,
            ["embed_dims"] = regions.Channels,
            ["gn_groups"] = regions.GroupNormGroups,
            ["pos_hidden"] = regions.PositionHidden,
            ["mid_dims"] = regions.MiddleSize,
            ["out_dims"] = regions.OutputSize,
            ["roi_output_size"] = regions.PooledSize,
            ["roi_sampling_ratio"] = regions.SamplingRatio,
        };
        if (regions.Deformable is { } deformable)
        {
            common["extractor"] = "deformable";
            common["deformable_grid"] = deformable.Grid;
            common["deformable_heads"] = deformable.Heads;
            common["deformable_points"] = deformable.Points;
        }
        return common;
    }

    public static string VisionTower(Gpt4RoiConfig config, ScalarType dtype) => new JsonObject
    {
        ["architectures"] = new JsonArray("CLIPVisionModel"),
        ["model_type"] = "clip_vision_model",
        ["torch_dtype"] = Name(dtype),
        ["hidden_size"] = config.Vision.HiddenSize,
        ["intermediate_size"] = config.Vision.IntermediateSize,
        ["num_hidden_layers"] = config.Vision.Layers,
        ["num_attention_heads"] = config.Vision.Heads,
        ["image_size"] = config.Vision.ImageSize,
        ["patch_size"] = config.Vision.PatchSize,
        ["hidden_act"] = "quick_gelu",
        ["layer_norm_eps"] = Short(config.Vision.LayerNormEpsilon),
        ["num_channels"] = 3,
    }.ToJsonString(Indented);

    // 1e-06 and not the digits of the nearest float32.
    private static double Short(float value) => double.Parse(value.ToString(null, System.Globalization.CultureInfo.InvariantCulture), System.Globalization.CultureInfo.InvariantCulture);

    private static string Name(ScalarType dtype) => dtype switch
    {
        ScalarType.Float16 => "float16",
        ScalarType.BFloat16 => "bfloat16",
        _ => "float32",
    };
}
