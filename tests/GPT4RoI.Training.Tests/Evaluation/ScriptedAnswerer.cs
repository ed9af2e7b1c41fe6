using System.Collections.Concurrent;
using GPT4RoI.Training.Evaluation;

namespace GPT4RoI.Training.Tests.Evaluation;

/// <summary>Answers as told and remembers what it was asked.</summary>
internal sealed class ScriptedAnswerer(Func<EvaluationImage, RegionQuestion, string> answer) : IRegionAnswerer
{
    public string Name => "scripted";

    public ConcurrentBag<(EvaluationImage Image, IReadOnlyList<RegionQuestion> Questions)> Asked { get; } = [];

    public Task<IReadOnlyList<string>> AnswerAsync(
        EvaluationImage image, IReadOnlyList<RegionQuestion> questions, CancellationToken cancellationToken)
    {
        Asked.Add((image, questions));
        return Task.FromResult<IReadOnlyList<string>>([.. questions.Select(question => answer(image, question))]);
    }
}
