using GPT4RoI.Model.Regions;

namespace GPT4RoI.Training.Instructions;

/// <summary>The one format that every dataset is turned into: a picture, boxes on it, and a conversation about them; or a conversation alone.</summary>
/// <param name="Image">The picture; null if there is none, and then there is no box.</param>
/// <param name="Boxes">Normalised boxes (0..1); the k-th <c>&lt;bbox&gt;</c> of the conversation stands for the k-th.</param>
/// <param name="Turns">At least one. <c>&lt;image&gt;</c> stands in the first human text, before everything else if it is nowhere; without a picture it has no meaning.</param>
public sealed record InstructionSample(ImageSource? Image, IReadOnlyList<BoundingBox> Boxes, IReadOnlyList<InstructionTurn> Turns);

/// <summary>One question with its answer.</summary>
/// <param name="Human">May hold <c>&lt;bbox&gt;</c>.</param>
/// <param name="Assistant">What the model learns to say; never holds a special token.</param>
public sealed record InstructionTurn(string Human, string Assistant);
