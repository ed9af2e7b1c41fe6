using System.Text.Json.Nodes;
using GPT4RoI.Model.Prompting;
using GPT4RoI.Model.Weights;

namespace GPT4RoI.Model.Tests;

public sealed class Gpt4RoiConfigReaderTests : IDisposable
{
    private static readonly LlamaConfig Language = new(128, 344, 4, 4, 4, 566, 2048, 1e-6f, 10000);
    private static readonly ClipVisionConfig Vision = new(64, 256, 13, 4, 224, 14, 1e-5f, -2);
    private static readonly RegionConfig Regions = new(4, 64, 64, 16, 5, 32, 80, 128, 14, 2);

    private readonly CheckpointCopy _copy = new();

    public void Dispose() => _copy.Dispose();

    [Fact]
    public void Read_GoldenCheckpoint_GivesEverySize() =>
        Assert.Equal(new(Language, Vision, Regions, Path.Combine(_copy.Root, "clip"), ConversationTemplate.Authors.Version), Read());

    [Fact]
    public void Read_WithoutSpiConfig_TakesSizesFromTheWeights()
    {
        _copy.Config(json => json.Remove("spi_config"));

        Assert.Equal(Regions with { GroupNormGroups = 64 }, Read().Regions);
    }

    [Fact]
    public void Read_KeysThatLlama1Lacks_AreUsed()
    {
        _copy.Config(json =>
        {
            (json["num_key_value_heads"], json["rope_theta"], json["max_position_embeddings"]) = (2, 5e5, 4096);
            json["conversation_version"] = "v0";
        });

        Assert.Equal(Language with { KeyValueHeads = 2, RopeBase = 5e5, MaxPositions = 4096 }, Read().Language);
        Assert.Equal("v0", Read().ConversationVersion);
    }

    [Theory]
    [InlineData(".", "mm_vision_tower", "\"openai/clip-vit-large-patch14\"", "is no folder")]
    [InlineData(".", "mm_vision_tower", "null", "mm_vision_tower")]
    [InlineData(".", "hidden_size", "null", "hidden_size: missing")]
    [InlineData(".", "hidden_size", "\"128\"", "hidden_size: not an integer")]
    [InlineData(".", "num_hidden_layers", "-4", "num_hidden_layers: -4 is not positive")]
    [InlineData(".", "num_attention_heads", "5", "do not divide")]
    [InlineData(".", "num_key_value_heads", "3", "do not divide")]
    [InlineData(".", "rms_norm_eps", "[]", "rms_norm_eps: not a number")]
    [InlineData(".", "hidden_act", "\"gelu\"", "'gelu' is not implemented")]
    [InlineData(".", "tie_word_embeddings", "true", "not implemented")]
    [InlineData(".", "rope_scaling", "{\"type\":\"linear\",\"factor\":2.0}", "not implemented")]
    [InlineData(".", "mm_hidden_size", "128", "mm_hidden_size 128")]
    [InlineData(".", "mm_vision_select_layer", "-6", "mm_vision_select_layer")]
    [InlineData("clip", "hidden_act", "\"gelu\"", "'gelu' is not implemented")]
    [InlineData("clip", "patch_size", "15", "patches do not divide")]
    public void Read_SenselessKey_IsNamed(string folder, string key, string value, string message)
    {
        _copy.Config(json => json[key] = JsonNode.Parse(value), folder);

        Assert.Contains(message, Assert.Throws<WeightsException>(() => Read()).Message);
    }

    [Fact]
    public void Read_BrokenJson_NamesTheFile()
    {
        File.WriteAllText(Path.Combine(_copy.Root, "config.json"), "{");

        Assert.Contains("config.json", Assert.Throws<WeightsException>(() => Read()).Message);
    }

    private Gpt4RoiConfig Read()
    {
        using var weights = WeightFiles.Open(_copy.Root);
        return Gpt4RoiConfigReader.Read(_copy.Root, weights);
    }
}
