using System.Text.RegularExpressions;

namespace GPT4RoI.Silo.Placement;

/// <summary>What a grain key says about its image.</summary>
internal static partial class ImageTag
{
    /// <summary>
    /// Keys of conversations (<c>tenant/c-{8 hex of the image id}-{32 hex}</c>) and of describers and chats (<c>tenant/{8 hex}/{32 hex}</c>) give tenant and
    /// image; any other key, such as a feature key, stands for itself.
    /// </summary>
    public static string Of(string grainKey)
    {
        var key = KeyWithImage().Match(grainKey);
        return key.Success ? $"{key.Groups["tenant"].ValueSpan}/{key.Groups["image"].ValueSpan}" : grainKey;
    }

    [GeneratedRegex(@"\A(?<tenant>[^/]+)/(c-)?(?<image>[0-9a-f]{8})[-/][0-9a-f]{32}\z", RegexOptions.CultureInvariant)]
    private static partial Regex KeyWithImage();
}
