using GPT4RoI.Model.Vision;
using GPT4RoI.Training.Datasets;
using GPT4RoI.Training.Instructions;
using GPT4RoI.Training.Scenes.Dialogue;
using GPT4RoI.Training.Scenes.Sprites;
using GPT4RoI.Training.Vision;

namespace GPT4RoI.Training.Scenes;

/// <summary>Scenes as a configuration describes them. Its sprites live as long as the process: a training needs them to its end.</summary>
internal sealed class SceneSource
{
    private readonly SpriteSet _sprites;
    private readonly SceneGenerator _generator;
    private readonly IReadOnlyList<SceneTask> _tasks;

    private SceneSource(SpriteSet sprites, SceneGenerator generator, IReadOnlyList<SceneTask> tasks) =>
        (_sprites, _generator, _tasks) = (sprites, generator, tasks);

    /// <exception cref="DatasetException">Something is missing, or a file cannot be used.</exception>
    public static SceneSource Open(DatasetSource source)
    {
        try
        {
            var sprites = SpriteSet.Load(ClassList.Read(source.Classes), source.Sprites);
            var options = new SceneOptions { Augmentation = source.Augmentation, Photos = ScenePhotos.Load(source.Images) };
            return new(sprites, new(sprites, options), source.Tasks);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            throw new DatasetException($"Data set \"{source.Name}\": {exception.Message}", exception);
        }
    }

    /// <summary>Conversations about them.</summary>
    public IInstructionDataset Instructions(int count, bool told) => new SceneDataset(_generator, new(_sprites, _tasks), count, told);

    /// <summary>Class labels of their patches and boxes.</summary>
    public IDenseVisionDataset Dense(int count, ImagePreprocessor preprocessor, int grid) =>
        new SceneDenseDataset(_generator, _sprites.Classes.Items.Count, count, preprocessor, grid);
}
