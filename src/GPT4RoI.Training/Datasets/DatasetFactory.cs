using GPT4RoI.Model.Vision;
using GPT4RoI.Training.Datasets.Coco;
using GPT4RoI.Training.Datasets.Llava;
using GPT4RoI.Training.Datasets.Vcr;
using GPT4RoI.Training.Instructions;
using GPT4RoI.Training.Scenes;
using GPT4RoI.Training.Vision;

namespace GPT4RoI.Training.Datasets;

/// <summary>Opens the data sets that a configuration names.</summary>
public static class DatasetFactory
{
    /// <summary>The kind of generated scenes, from which a vision stage can learn too.</summary>
    internal const string SceneKind = "scenes";

    private const int CocoBoxes = 100;
    private const int ExpressionBoxes = 15;
    private const int FlickrBoxes = 150;

    private static readonly Dictionary<string, Func<DatasetSource, IInstructionDataset>> ByKind = new(StringComparer.Ordinal)
    {
        ["coco"] = source => new CocoInstanceDataset(source.Name, source.Annotations, source.Images, source.MaxBoxes(CocoBoxes), source.Faults),
        ["refcoco"] = source => Expressions(source, RegionQuestions.WithPosition),
        ["refcoco+"] = source => Expressions(source, RegionQuestions.WithoutPosition),
        ["refcocog"] = source => Expressions(source, RegionQuestions.InDetail),
        ["flickr30k"] = source => new FlickrDataset(source.Name, source.Annotations, source.Images, source.MaxBoxes(FlickrBoxes), source.Faults),
        ["visual_genome"] = source => RegionCaptionDataset.VisualGenome(
            source.Name, source.Annotations, source.Images, source.MaxBoxes(ExpressionBoxes), source.Faults),
        ["vcr"] = source => Vcr(source, VcrForm.AllObjects),
        ["vcr_one"] = source => Vcr(source, VcrForm.OneObject),
        ["vcr_many"] = source => Vcr(source, VcrForm.QuestionObjects),
        ["llava"] = source => new LlavaDataset(
            source.Name, source.Annotations, source.Images, source.Detections, source.Classes, source.Faults),
        [SceneKind] = SceneSource.OpenDrawn,
        ["told_scenes"] = SceneSource.OpenTold,
    };

    /// <summary>What <see cref="DatasetConfig.Kind"/> may be.</summary>
    public static IReadOnlyList<string> Kinds { get; } = [.. ByKind.Keys];

    /// <summary>Opens all of them as one. Annotation files are read now.</summary>
    /// <param name="configs">At least one.</param>
    /// <param name="seed">Decides the order of the samples.</param>
    /// <param name="faults">Takes the records that cannot be used, now and while samples are drawn.</param>
    /// <exception cref="DatasetException">A kind is not known, something it needs is not given, a file cannot be used, or nothing is left to learn from.</exception>
    public static IInstructionDataset Create(IReadOnlyList<DatasetConfig> configs, int seed, DataFaults faults)
    {
        var mixed = new MixedDataset([.. configs.Select(config => (Open(config, faults), config.Ratio))], seed);
        return mixed.Count > 0 ? mixed : throw new DatasetException("The data sets hold no sample.");
    }

    /// <summary>Opens the scenes that a vision tower is pretrained with.</summary>
    /// <param name="config">Of kind <c>scenes</c>.</param>
    /// <param name="preprocessor">The model's.</param>
    /// <param name="grid">The model's patches along one side.</param>
    /// <param name="faults">Not used by scenes.</param>
    /// <exception cref="DatasetException">It is of another kind, something it needs is not given, or a file cannot be used.</exception>
    public static IDenseVisionDataset OpenVision(DatasetConfig config, ImagePreprocessor preprocessor, int grid, DataFaults faults)
    {
        if (config.Kind != SceneKind)
        {
            throw new DatasetException($"A vision stage learns from data of kind \"{SceneKind}\", not \"{config.Kind}\".");
        }

        var source = new DatasetSource(config, faults);
        var dataset = SceneSource.Open(source).Dense(source, preprocessor, grid);
        source.CheckUsed();
        return dataset;
    }

    /// <summary>Opens one.</summary>
    /// <param name="config">Its configuration.</param>
    /// <param name="faults">Takes the records that cannot be used, now and while samples are drawn.</param>
    /// <exception cref="DatasetException">The kind is not known, something it needs is not given, or a file cannot be used.</exception>
    public static IInstructionDataset Open(DatasetConfig config, DataFaults faults)
    {
        if (!ByKind.TryGetValue(config.Kind, out var open))
        {
            throw new DatasetException($"There is no data set of kind \"{config.Kind}\"; there are {string.Join(", ", Kinds)}.");
        }

        var source = new DatasetSource(config, faults);
        var dataset = open(source);
        source.CheckUsed();
        return dataset;
    }

    private static RegionCaptionDataset Expressions(DatasetSource source, RegionQuestions questions) =>
        RegionCaptionDataset.Expressions(source.Name, questions, source.Annotations, source.Images, source.MaxBoxes(ExpressionBoxes), source.Faults);

    private static VcrDataset Vcr(DatasetSource source, VcrForm form) => new(source.Name, form, source.Annotations, source.Images, source.Faults);
}
