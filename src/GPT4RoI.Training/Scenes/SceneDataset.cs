using GPT4RoI.Training.Instructions;

namespace GPT4RoI.Training.Scenes;

/// <summary>An endless stream of scenes with conversations, cut into epochs. A sample depends on the random number generator alone. Thread-safe.</summary>
/// <param name="generator">Draws the scenes.</param>
/// <param name="conversations">Talks about them.</param>
/// <param name="count">Samples that make an epoch.</param>
/// <param name="told">True leaves the pictures out: conversations tell what they would show.</param>
public sealed class SceneDataset(SceneGenerator generator, SceneConversations conversations, int count, bool told = false) : IInstructionDataset
{
    /// <inheritdoc/>
    public string Name => "scenes";

    /// <inheritdoc/>
    public int Count => count;

    /// <inheritdoc/>
    public InstructionSample Get(int index, Random random) =>
        told ? conversations.CreateTold(generator.Imagine(random), random) : conversations.Create(generator.Create(random), random);
}
