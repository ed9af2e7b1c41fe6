using GPT4RoI.Model.Vision;
using GPT4RoI.Training.Datasets;
using GPT4RoI.Training.Instructions;
using GPT4RoI.Training.Scenes.Sprites;
using GPT4RoI.Training.Vision;

namespace GPT4RoI.Training.Scenes;

/// <summary>Scenes as a configuration describes them. Its sprites live as long as the process: a training needs them to its end.</summary>
internal sealed class SceneSource
{
    private readonly SpriteSet _sprites;
    private readonly SceneGenerator _generator;

    private SceneSource(SpriteSet sprites, SceneGenerator generator) => (_sprites, _generator) = (sprites, generator);

    /// <summary>Scenes that are drawn.</summary>
    /// <exception cref="DatasetException">Something is missing, or a file cannot be used.</exception>
    public static SceneSource Open(DatasetSource source) =>
        Open(source, () => new SceneOptions { Augmentation = source.Augmentation, Crowded = source.Crowded, Photos = ScenePhotos.Load(source.Images) });

    /// <summary>Conversations about drawn scenes.</summary>
    /// <exception cref="DatasetException">Something is missing, or a file cannot be used.</exception>
    public static IInstructionDataset OpenDrawn(DatasetSource source) => Open(source).Conversations(source, told: false);

    /// <summary>Conversations about scenes that nobody draws: of the sprites only the names matter.</summary>
    /// <exception cref="DatasetException">Something is missing, or a file cannot be used.</exception>
    public static IInstructionDataset OpenTold(DatasetSource source) => Open(source, () => new SceneOptions()).Conversations(source, told: true);

    /// <summary>Class labels of their patches and boxes.</summary>
    public IDenseVisionDataset Dense(DatasetSource source, ImagePreprocessor preprocessor, int grid) => new SceneDenseDataset(
        _generator, _sprites.Classes.Items.Count, source.Count, preprocessor, grid, source.GridEvery(SceneDenseDataset.EveryOther));

    private static SceneSource Open(DatasetSource source, Func<SceneOptions> options)
    {
        try
        {
            var sprites = SpriteSet.Load(ClassList.Read(source.Classes), source.Sprites);
            return new(sprites, new(sprites, options()));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            throw new DatasetException($"Data set \"{source.Name}\": {exception.Message}", exception);
        }
    }

    private SceneDataset Conversations(DatasetSource source, bool told) => new(_generator, new(_sprites, source.Tasks), source.Count, told);
}
