using GPT4RoI.Contracts.Conversations;
using GPT4RoI.Contracts.Images;
using GPT4RoI.Contracts.Regions;
using GPT4RoI.Contracts.Sampling;
using GPT4RoI.Contracts.Vision;

namespace GPT4RoI.Silo.Turns;

/// <summary>All that one turn needs to know.</summary>
/// <param name="RequestId">Names the turn in logs and in the engine.</param>
/// <param name="TenantId">Who asks and pays.</param>
/// <param name="Image">What it is about.</param>
/// <param name="History">Finished turns before this one, oldest first.</param>
/// <param name="Question">The user's words.</param>
/// <param name="NewRegions">Regions first mentioned in the question.</param>
/// <param name="Sampling">How to choose tokens.</param>
internal sealed record TurnPlan(
    string RequestId, string TenantId, ImageDescriptor Image, IReadOnlyList<TurnRecord> History, string Question,
    IReadOnlyList<Region> NewRegions, SamplingSettings Sampling)
{
    /// <summary>What the reader has of the answer, from a node that was lost.</summary>
    public RelayedAnswer Relayed { get; init; } = RelayedAnswer.Nothing;

    /// <summary>Where the image's bytes are.</summary>
    public MediaRef Media => new(TenantId, Image.ImageId);

    /// <summary>Every region of the conversation, by the turn that introduced it.</summary>
    public IEnumerable<Region> Regions => History.SelectMany(turn => turn.NewRegions).Concat(NewRegions);
}
