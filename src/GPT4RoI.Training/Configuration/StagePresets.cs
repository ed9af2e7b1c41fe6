using System.Text.Json.Nodes;

namespace GPT4RoI.Training.Configuration;

/// <summary>Stages that a configuration can name and change. The first two are the authors' (gpt4roi/train, shell scripts): AdamW, 2e-5, no decay, cosine.</summary>
internal static class StagePresets
{
    private static readonly Dictionary<string, string> Presets = new()
    {
        ["stage1"] =
            """
            { "epochs": 2, "batch_size": 1, "learning_rate": 2e-5, "warm_up_ratio": 0.003, "gradient_checkpointing": true,
              "train": ["regions", "new_token_embeddings"] }
            """,
        ["stage2"] =
            """
            { "epochs": 2, "batch_size": 2, "learning_rate": 2e-5, "warm_up_steps": 3000, "gradient_checkpointing": true,
              "train": ["regions", "projector", "language"] }
            """,
        ["scratch"] =
            """
            { "batch_size": 32, "learning_rate": 1e-3, "warm_up_ratio": 0.05, "weight_decay": 0.05, "beta2": 0.98,
              "train": ["vision", "regions", "projector", "language"] }
            """,
        ["vision"] =
            """
            { "kind": "vision", "batch_size": 32, "learning_rate": 1e-3, "warm_up_ratio": 0.05, "weight_decay": 0.05, "beta2": 0.98,
              "train": ["vision", "regions", "heads"] }
            """,
    };

    /// <summary>The names.</summary>
    public static IEnumerable<string> Names => Presets.Keys;

    /// <summary>A stage with its preset's values where it gives none; the preset's name is the stage's if it has no other.</summary>
    /// <returns>Null if there is no such preset.</returns>
    public static JsonObject? Apply(JsonObject stage)
    {
        if (stage["preset"] is not JsonValue name)
        {
            return stage;
        }
        if (!Presets.TryGetValue(name.ToString(), out var text))
        {
            return null;
        }
        var merged = JsonNode.Parse(text)!.AsObject();
        merged["name"] = name.ToString();
        foreach (var (key, value) in stage.Where(pair => pair.Key != "preset"))
        {
            merged[key] = value?.DeepClone();
        }
        if (stage.ContainsKey("steps"))
        {
            merged.Remove("epochs");
        }
        return merged;
    }
}
