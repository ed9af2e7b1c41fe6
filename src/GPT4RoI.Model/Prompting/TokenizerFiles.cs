using System.Text.Json;

namespace GPT4RoI.Model.Prompting;

/// <summary>A special token as <c>special_tokens_map.json</c> writes it: a bare string, or an object that may say to leave white space alone.</summary>
internal sealed record SpecialTokenEntry(string Text, bool StripsLeft = true, bool StripsRight = true);

/// <summary>The JSON files beside <c>tokenizer.model</c>, in Hugging Face's names.</summary>
/// <param name="Added"><c>added_tokens.json</c>: ids of tokens that SentencePiece does not know.</param>
/// <param name="Special">By role (<c>bos_token</c>, ...). The map overrides the tokenizer's config, that overrides LLaMA's defaults.</param>
/// <param name="Additional"><c>additional_special_tokens</c>.</param>
/// <param name="ModelMaxLength">Where the authors cut longer prompts.</param>
internal sealed record TokenizerFiles(
    IReadOnlyDictionary<string, int> Added, IReadOnlyDictionary<string, SpecialTokenEntry> Special,
    IReadOnlyList<SpecialTokenEntry> Additional, int ModelMaxLength)
{
    private static readonly string[] Roles = ["bos_token", "eos_token", "unk_token", "pad_token", "sep_token", "cls_token", "mask_token"];

    /// <exception cref="JsonException">A file is not JSON of the expected form.</exception>
    public static TokenizerFiles Read(string directory)
    {
        var special = new Dictionary<string, SpecialTokenEntry>
        {
            ["bos_token"] = new("<s>"),
            ["eos_token"] = new("</s>"),
            ["unk_token"] = new("<unk>"),
        };
        var additional = new List<SpecialTokenEntry>();
        using var config = Open(directory, "tokenizer_config.json");
        using var map = Open(directory, "special_tokens_map.json");
        foreach (var file in new[] { config, map })
        {
            Collect(file, special, additional);
        }

        return new TokenizerFiles(ReadAdded(directory), special, additional, MaxLength(config));
    }

    private static void Collect(JsonDocument? file, Dictionary<string, SpecialTokenEntry> special, List<SpecialTokenEntry> additional)
    {
        foreach (var role in Roles)
        {
            if (file is not null && file.RootElement.TryGetProperty(role, out var value) && Entry(value) is { } entry)
            {
                special[role] = entry;
            }
        }

        if (file is not null && file.RootElement.TryGetProperty("additional_special_tokens", out var list) && list.ValueKind == JsonValueKind.Array)
        {
            additional.AddRange(list.EnumerateArray().Select(Entry).OfType<SpecialTokenEntry>());
        }
    }

    private static SpecialTokenEntry? Entry(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => Named(value.GetString(), true, true),
        JsonValueKind.Object => Named(Text(value), Flag(value, "lstrip"), Flag(value, "rstrip")),
        _ => null,
    };

    // Some LLaMA conversions write empty names and mean the default.
    private static SpecialTokenEntry? Named(string? text, bool left, bool right) => string.IsNullOrEmpty(text) ? null : new(text, left, right);

    private static string? Text(JsonElement value) => value.TryGetProperty("content", out var content) ? content.GetString() : null;

    private static bool Flag(JsonElement value, string name) => value.TryGetProperty(name, out var flag) && flag.ValueKind == JsonValueKind.True;

    private static Dictionary<string, int> ReadAdded(string directory)
    {
        using var file = Open(directory, "added_tokens.json");
        return file?.RootElement.EnumerateObject().ToDictionary(token => token.Name, token => token.Value.GetInt32()) ?? [];
    }

    private static int MaxLength(JsonDocument? config) =>
        config is not null && config.RootElement.TryGetProperty("model_max_length", out var value) && value.ValueKind == JsonValueKind.Number
            ? (int)Math.Min(value.GetDouble(), int.MaxValue)
            : int.MaxValue;

    private static JsonDocument? Open(string directory, string name)
    {
        var path = Path.Combine(directory, name);
        return File.Exists(path) ? JsonDocument.Parse(File.ReadAllBytes(path)) : null;
    }
}
