using System.Text.Json;
using System.Text.Json.Serialization;

namespace GPT4RoI.Silo.Hosting;

/// <summary>What a model's <c>model-card.json</c> says that its weights do not. A folder without a card is an ordinary checkpoint.</summary>
/// <param name="Name">The name to show; the folder's if the card has none.</param>
/// <param name="AnswersAreMeaningless">True for a checkpoint with random weights.</param>
/// <param name="Example">A first question for a newcomer; null if the card has none.</param>
internal sealed record ModelCard(string? Name, bool AnswersAreMeaningless, ModelExample? Example = null)
{
    /// <summary>Name of the file.</summary>
    public const string FileName = "model-card.json";

    /// <summary>Reads the card of a checkpoint's folder.</summary>
    /// <exception cref="InvalidDataException">There is a card, but it cannot be read.</exception>
    public static ModelCard Read(string directory)
    {
        var path = Path.Combine(directory, FileName);
        var name = Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(directory)));
        if (!File.Exists(path))
        {
            return new ModelCard(name, AnswersAreMeaningless: false);
        }
        try
        {
            var card = JsonSerializer.Deserialize(File.ReadAllBytes(path), ModelCardJson.Default.ModelCard)
                ?? throw new InvalidDataException($"{FileName} of the model {name} is empty.");
            return card with { Name = card.Name ?? name };
        }
        catch (JsonException exception)
        {
            throw new InvalidDataException($"{FileName} of the model {name} is not valid: {exception.Message}", exception);
        }
    }
}

/// <summary>A question that a model can be asked.</summary>
/// <param name="Image">A picture in the model's folder.</param>
/// <param name="Box">The region, in pixels: x1,y1,x2,y2.</param>
/// <param name="Question">About region1.</param>
internal sealed record ModelExample(string Image, string Box, string Question);

/// <summary>How a <see cref="ModelCard"/> is written.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(ModelCard))]
internal sealed partial class ModelCardJson : JsonSerializerContext;
