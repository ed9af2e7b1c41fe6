using System.Text.Json;
using System.Text.Json.Serialization;

namespace GPT4RoI.Training.Datasets;

/// <summary>One data set of a training run, as its configuration writes it.</summary>
/// <param name="Kind">What it is; <see cref="DatasetFactory.Kinds"/> lists what there is.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record DatasetConfig([property: JsonPropertyName("kind"), JsonRequired] string Kind)
{
    /// <summary>Names the set in logs and reports; the kind if nothing else is said.</summary>
    [JsonPropertyName("name")]
    public string? Name { get; init; }

    /// <summary>The annotation file.</summary>
    [JsonPropertyName("annotations")]
    public string? Annotations { get; init; }

    /// <summary>Folder with the pictures.</summary>
    [JsonPropertyName("images")]
    public string? Images { get; init; }

    /// <summary>LLaVA: what a detector found, COCO's results (<c>.json</c>) or the authors' pickle (<c>.pkl</c>).</summary>
    [JsonPropertyName("detections")]
    public string? Detections { get; init; }

    /// <summary>LLaVA: the detector's classes, a file in COCO's layout; for COCO's results it lists the pictures too. Scenes: what they can show.</summary>
    [JsonPropertyName("classes")]
    public string? Classes { get; init; }

    /// <summary>
    /// Scenes: folders of the sprites, one folder in them for each style; named twice, a folder is drawn from twice as often. <see cref="Images"/> holds
    /// photographs for backgrounds.
    /// </summary>
    [JsonPropertyName("sprites")]
    public IReadOnlyList<string>? Sprites { get; init; }

    /// <summary>Scenes: how strongly they are altered, 0..1.</summary>
    [JsonPropertyName("augmentation")]
    public float? Augmentation { get; init; }

    /// <summary>
    /// Scenes: what conversations ask, names of <see cref="Scenes.Dialogue.SceneTask"/>; everything if nothing is said. A scene that allows none of it is
    /// asked for a name. A vision stage learns from the pictures alone.
    /// </summary>
    [JsonPropertyName("tasks")]
    public IReadOnlyList<string>? Tasks { get; init; }

    /// <summary>Scenes of a vision stage: every how many-th picture is a grid of large objects; every other one if nothing is said.</summary>
    [JsonPropertyName("grid_every")]
    public int? GridEvery { get; init; }

    /// <summary>Drawn scenes: how often one has three objects or more, which may hide parts of one another, 0..1; as in an evaluation if nothing is said.</summary>
    [JsonPropertyName("crowded")]
    public double? Crowded { get; init; }

    /// <summary>Scenes: how many make an epoch.</summary>
    [JsonPropertyName("count")]
    public int? Count { get; init; }

    /// <summary>How many times its samples an epoch takes.</summary>
    [JsonPropertyName("ratio")]
    public double Ratio { get; init; } = 1;

    /// <summary>Boxes in one sample at most; the authors' number if nothing is said. Not for VCR, LLaVA and scenes.</summary>
    [JsonPropertyName("max_boxes")]
    public int? MaxBoxes { get; init; }

    /// <summary>Reads a list of data sets, or an object whose <c>data</c> is one.</summary>
    /// <param name="path">A JSON file. Relative paths in it are taken from its folder.</param>
    /// <exception cref="DatasetException">The file cannot be read, lacks something or holds a key that there is not; the message names it.</exception>
    public static IReadOnlyList<DatasetConfig> Read(string path)
    {
        try
        {
            using var document = JsonDocument.Parse(File.ReadAllBytes(path));
            var list = document.RootElement.ValueKind == JsonValueKind.Object ? document.RootElement.GetProperty("data") : document.RootElement;
            var folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
            return [.. list.Deserialize<DatasetConfig[]>()!.Select(config => config.In(folder))];
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or JsonException or KeyNotFoundException)
        {
            throw new DatasetException($"{path} is no configuration of data sets: {exception.Message}", exception);
        }
    }

    /// <summary>The same with relative paths taken from a folder.</summary>
    public DatasetConfig In(string folder)
    {
        string? Full(string? path) => path is null ? null : Path.Combine(folder, path);
        return this with
        {
            Annotations = Full(Annotations),
            Images = Full(Images),
            Detections = Full(Detections),
            Classes = Full(Classes),
            Sprites = Sprites?.Select(path => Path.Combine(folder, path)).ToArray(),
        };
    }
}
