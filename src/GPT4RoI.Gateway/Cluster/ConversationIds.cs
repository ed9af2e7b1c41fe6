using System.Security.Cryptography;
using GPT4RoI.Contracts.Images;

namespace GPT4RoI.Gateway.Cluster;

/// <summary>Makes conversation ids: unguessable, with the image's tag in front so that placement can keep an image's conversations together.</summary>
internal static class ConversationIds
{
    private const int TagDigits = 8, RandomDigits = 32;

    /// <summary>The first digits of the image's id.</summary>
    public static string ImageTag(ImageDescriptor image) => image.ImageId[..TagDigits];

    /// <summary>A new id, <c>c-</c>, tag, hyphen, 128 random bits.</summary>
    public static string New(ImageDescriptor image) => $"c-{ImageTag(image)}-{RandomNumberGenerator.GetHexString(RandomDigits, lowercase: true)}";
}
