using Microsoft.Extensions.AI;

namespace GPT4RoI.Client.Chat;

/// <summary>A region, in a message that is the first to mention it.</summary>
/// <param name="region">The region.</param>
public sealed class RegionContent(Region region) : AIContent
{
    /// <summary>The region.</summary>
    public Region Region { get; } = region ?? throw new ArgumentNullException(nameof(region));
}
