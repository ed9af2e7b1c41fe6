using System.Text.RegularExpressions;

namespace GPT4RoI.Silo.Placement;

/// <summary>What a grain key says about its image.</summary>
internal static partial class ImageTag
{
    /// <summary>
    /// Conversation keys (<c>tenant/c-{8 hex of the image id}-{32 hex}</c>) give tenant and image; any other key, such as a feature key, stands
    /// for itself.
    /// </summary>
    public static string Of(string grainKey)
    {
        var conversation = ConversationKey().Match(grainKey);
        return conversation.Success ? conversation.Groups["image"].Value : grainKey;
    }

    [GeneratedRegex("^(?<image>[^/]+/c-[0-9a-f]{8})-[0-9a-f]{32}$", RegexOptions.CultureInvariant)]
    private static partial Regex ConversationKey();
}
