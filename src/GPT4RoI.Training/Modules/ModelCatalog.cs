using GPT4RoI.Model;

namespace GPT4RoI.Training.Modules;

/// <summary>Every tensor of a GPT4RoI.</summary>
internal static class ModelCatalog
{
    public static IEnumerable<ParameterSpec> Specs(Gpt4RoiConfig config) =>
        [.. VisionCatalog.Specs(config), .. RegionCatalog.Specs(config), .. LanguageCatalog.Specs(config)];
}
