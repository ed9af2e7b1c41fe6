namespace GPT4RoI.Training.Checkpoints;

/// <summary>
/// Small files that go along with a model's weights. They are read once, since a run may outlive the checkpoint that it went on from.
/// </summary>
internal sealed class CompanionFiles
{
    private static readonly string[] TokenizerNames =
        ["tokenizer.model", "added_tokens.json", "special_tokens_map.json", "tokenizer_config.json", "generation_config.json"];
    private static readonly string[] VisionTowerNames = ["preprocessor_config.json"];

    private readonly IReadOnlyList<(string Name, byte[] Bytes)> _tokenizer, _visionTower;

    /// <summary>Reads what is there.</summary>
    /// <param name="tokenizer">Folder of the tokenizer's files.</param>
    /// <param name="visionTower">Folder of <c>preprocessor_config.json</c>; CLIP's constants hold if there is none.</param>
    public CompanionFiles(string tokenizer, string visionTower) =>
        (_tokenizer, _visionTower) = (Read(tokenizer, TokenizerNames), Read(visionTower, VisionTowerNames));

    /// <summary>Writes the tokenizer's.</summary>
    public void WriteTokenizer(string folder) => Write(_tokenizer, folder);

    /// <summary>Writes the vision tower's.</summary>
    public void WriteVisionTower(string folder) => Write(_visionTower, folder);

    private static List<(string Name, byte[] Bytes)> Read(string folder, string[] names) =>
        [.. names.Where(name => File.Exists(Path.Combine(folder, name))).Select(name => (name, File.ReadAllBytes(Path.Combine(folder, name))))];

    private static void Write(IReadOnlyList<(string Name, byte[] Bytes)> files, string folder)
    {
        foreach (var (name, bytes) in files)
        {
            File.WriteAllBytes(Path.Combine(folder, name), bytes);
        }
    }
}
