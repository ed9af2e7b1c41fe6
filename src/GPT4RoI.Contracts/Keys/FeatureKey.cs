using System.Security.Cryptography;
using System.Text;
using GPT4RoI.Contracts.Images;
using GPT4RoI.Contracts.Regions;

namespace GPT4RoI.Contracts.Keys;

/// <summary>
/// Derives every cache key: HMAC-SHA-256 over length-prefixed fields, keyed by a salt of the tenant that only the server can compute.
/// Two tenants never share an entry, and no two field lists collide.
/// </summary>
/// <param name="secret">The cluster's secret, 32 bytes or more, the same on every node.</param>
public sealed class FeatureKey(ReadOnlyMemory<byte> secret)
{
    /// <summary>Changes whenever preprocessing changes what the encoder sees.</summary>
    public const string PreprocessingVersion = "gpt4roi-app-1";

    /// <summary>The tenant's salt, 32 bytes.</summary>
    public byte[] TenantSalt(string tenantId) => Mac(secret.Span, "tenant-salt", tenantId);

    /// <summary>The id under which a tenant sees an image: 64 hex digits.</summary>
    public string ImageId(string tenantId, string contentHash) => Hex(TenantSalt(tenantId), "image", contentHash);

    /// <summary>Key of an image's features: tenant, bytes, upright size, preprocessing and model all count.</summary>
    public string ForImage(string tenantId, ImageDescriptor image, string modelFingerprint) =>
        Hex(TenantSalt(tenantId), "features", image.ContentHash, $"{image.Width}x{image.Height}", PreprocessingVersion, modelFingerprint);

    /// <summary>Key of one region's vector: the image's feature key and the exact bits of the box.</summary>
    public string ForRegion(string featureKey, RegionBox box) =>
        Hex(secret.Span, "region", featureKey, Bits(box.X1), Bits(box.Y1), Bits(box.X2), Bits(box.Y2));

    private static string Bits(float value) => BitConverter.SingleToUInt32Bits(value).ToString("x8", null);

    private static string Hex(ReadOnlySpan<byte> key, params ReadOnlySpan<string> fields) => Convert.ToHexStringLower(Mac(key, fields));

    private static byte[] Mac(ReadOnlySpan<byte> key, params ReadOnlySpan<string> fields)
    {
        using var hmac = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, key);
        foreach (var field in fields)
        {
            var bytes = Encoding.UTF8.GetBytes(field);
            hmac.AppendData(BitConverter.GetBytes((long)bytes.Length));
            hmac.AppendData(bytes);
        }
        return hmac.GetHashAndReset();
    }
}
