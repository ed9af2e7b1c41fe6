using GPT4RoI.Model;
using GPT4RoI.Model.Prompting;
using GPT4RoI.Model.Vision;
using GPT4RoI.Model.Weights;
using GPT4RoI.Training.Checkpoints;
using GPT4RoI.Training.Configuration;
using GPT4RoI.Training.Modules;
using static TorchSharp.torch;

namespace GPT4RoI.Training;

/// <summary>A model as training begins or goes on with it.</summary>
/// <param name="Config">Sizes.</param>
/// <param name="Parameters">The caller disposes them.</param>
/// <param name="Tokenizer">Its tokenizer.</param>
/// <param name="Preprocessor">The vision tower's.</param>
/// <param name="Files">Those beside the weights.</param>
internal sealed record ModelStart(
    Gpt4RoiConfig Config, ParameterSet Parameters, Gpt4RoiTokenizer Tokenizer, ImagePreprocessor Preprocessor, CompanionFiles Files)
{
    /// <summary>The first added token that GPT4RoI needs.</summary>
    public int FirstNewToken => FirstNew(Tokenizer.Special);

    /// <summary>Opens what a configuration names.</summary>
    /// <exception cref="WeightsException">A file is missing or does not fit.</exception>
    public static ModelStart Open(ModelSource source, int seed, Device device)
    {
        if (source.Sizes is null)
        {
            return Load(source.From!, source.Tokenizer ?? source.From!, device);
        }
        var tokenizer = Gpt4RoiTokenizer.Load(source.Tokenizer!);
        var config = source.Sizes.ToConfig(tokenizer.VocabularySize, source.ConversationVersion);
        return Create(config, ParameterSet.Create(ModelCatalog.Specs(config), seed, device), tokenizer, source.Tokenizer!, source.Tokenizer!);
    }

    /// <summary>The model as a stage wants it: with smaller patches, if it names another size.</summary>
    /// <exception cref="InvalidDataException">Patches cannot be of that size.</exception>
    public ModelStart For(StageConfig stage)
    {
        var sizes = PatchRefinement.Sizes(Config, stage);
        if (sizes != Config)
        {
            PatchRefinement.Apply(Parameters, Config, sizes);
        }
        return this with { Config = sizes };
    }

    /// <summary>Opens a checkpoint; its vocabulary grows to the tokenizer's.</summary>
    /// <exception cref="WeightsException">A file is missing or does not fit.</exception>
    public static ModelStart Load(string folder, string tokenizerFolder, Device device)
    {
        Gpt4RoiConfig config;
        using (var weights = WeightFiles.Open(folder))
        {
            config = Gpt4RoiConfigReader.Read(folder, weights);
        }
        var tokenizer = Gpt4RoiTokenizer.Load(tokenizerFolder);
        var parameters = ParameterSet.Load(config, folder, device);
        var vocabulary = Math.Max(config.Language.VocabularySize, tokenizer.VocabularySize);
        if (vocabulary > config.Language.VocabularySize)
        {
            config = config with { Language = config.Language with { VocabularySize = vocabulary } };
            parameters.GrowVocabulary(vocabulary);
        }
        return Create(config, parameters, tokenizer, tokenizerFolder, config.VisionTower);
    }

    private static ModelStart Create(
        Gpt4RoiConfig config, ParameterSet parameters, Gpt4RoiTokenizer tokenizer, string tokenizerFolder, string visionTower) => new(
        config, parameters, tokenizer, ImagePreprocessor.Load(visionTower, config.Vision.ImageSize), new(tokenizerFolder, visionTower));

    private static int FirstNew(SpecialTokens special) =>
        new[] { special.ImagePatch, special.BBox, special.Point ?? int.MaxValue, special.ImageStart, special.ImageEnd }.Min();
}
