using System.Text.Json;
using GPT4RoI.Model.Prompting;

namespace GPT4RoI.Training.Tests.Instructions;

/// <summary>The recorded training samples of the authors' code, and the tokenizer they were recorded with.</summary>
internal static class GoldenInstructions
{
    public static string Folder { get; } = FindFolder();

    public static Gpt4RoiTokenizer Tokenizer { get; } = Gpt4RoiTokenizer.Load(Path.Combine(Folder, "tiny"));

    public static JsonElement[] TrainingSamples { get; } =
        [.. JsonDocument.Parse(File.ReadAllBytes(Path.Combine(Folder, "cases", "prompts.json"))).RootElement.GetProperty("training_samples").EnumerateArray()];

    public static string Image(string name) => Path.Combine(Folder, "cases", "images", name);

    private static string FindFolder()
    {
        var folder = AppContext.BaseDirectory;
        while (!Directory.Exists(Path.Combine(folder, "tests", "golden")))
        {
            folder = Path.GetDirectoryName(folder) ?? throw new InvalidOperationException("tests/golden is not above the test's folder");
        }

        return Path.Combine(folder, "tests", "golden");
    }
}
