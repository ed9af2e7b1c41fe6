using GPT4RoI.Model.Regions;

namespace GPT4RoI.Training.Datasets.Coco;

/// <summary>A picture with the regions that can be learned from.</summary>
/// <param name="Path">The file.</param>
/// <param name="Record">What to call it in reports.</param>
/// <param name="Caption">Of the whole picture; empty if it has none.</param>
/// <param name="Regions">At least one.</param>
internal sealed record CocoPicture(string Path, string Record, string Caption, IReadOnlyList<CocoRegion> Regions);

/// <summary>A region.</summary>
/// <param name="Box">Within the picture.</param>
/// <param name="Text">What is said about it.</param>
internal readonly record struct CocoRegion(BoundingBox Box, string Text);
