using System.Text.Json;
using GPT4RoI.Model.Prompting;

namespace GPT4RoI.Model.Tests.Prompting;

/// <summary>The recorded vectors of the authors' tokenizer and demo, and the checkpoint they were recorded with.</summary>
internal static class GoldenPrompting
{
    public static Gpt4RoiTokenizer Tokenizer { get; } = Gpt4RoiTokenizer.Load(Golden.File("tiny"));

    public static JsonElement TokenizerVectors { get; } = Read("tokenizer_vectors.json");

    public static JsonElement AppLogic { get; } = Read("app_logic.json");

    public static JsonElement Prompts { get; } = Read("prompts.json");

    public static int[] Ids(this JsonElement element, string name) => element.GetProperty(name).Deserialize<int[]>()!;

    public static string Text(this JsonElement element, string name) => element.GetProperty(name).GetString()!;

    private static JsonElement Read(string file) => JsonDocument.Parse(File.ReadAllBytes(Golden.File("cases", file))).RootElement;
}
