using GPT4RoI.Engine.Vision;

namespace GPT4RoI.Silo.Vision;

/// <summary>What a node with the role <c>roi</c> has loaded.</summary>
internal sealed record RegionNode(RegionEncoder Encoder);
