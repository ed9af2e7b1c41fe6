using GPT4RoI.Training.Configuration;
using GPT4RoI.Training.Modules;

namespace GPT4RoI.Training.Optimization;

/// <summary>Sorts a stage's parameters into arenas: by group, for its learning rate, by whether they decay, and by the rule that updates them.</summary>
internal static class OptimizerFactory
{
    private const double Beta1 = 0.9;

    /// <param name="parameters">Those trained move into the optimiser's arenas.</param>
    /// <param name="stage">What to train and how.</param>
    /// <param name="firstNewToken">The first row that <see cref="ParameterGroup.NewTokenEmbeddings"/> trains.</param>
    public static Optimizer Create(ParameterSet parameters, StageConfig stage, int firstNewToken)
    {
        HashSet<ParameterGroup> groups = [.. stage.Train];
        var arenas = parameters.Specs
            .Where(spec => groups.Contains(spec.Group) || (OnlyNewRows(spec) && groups.Contains(ParameterGroup.NewTokenEmbeddings)))
            .GroupBy(spec => (spec.Group, NewRows: !groups.Contains(spec.Group), spec.Decays, Muon: stage.Optimizer == OptimizerKind.Muon && spec.IsInner))
            .OrderBy(group => group.Key)
            .Select(group => new ParameterArena(
                parameters, [.. group],
                stage.LearningRateScale.GetValueOrDefault(group.Key.NewRows ? ParameterGroup.NewTokenEmbeddings : group.Key.Group, 1),
                group.Key is { Decays: true, NewRows: false } ? stage.WeightDecay : 0,
                group.Key.NewRows ? firstNewToken : 0, group.Key.Muon))
            .ToArray();
        return new(arenas, Beta1, stage.Beta2);
    }

    private static bool OnlyNewRows(ParameterSpec spec) => spec.Name is LanguageCatalog.Embeddings or LanguageCatalog.Head;
}
