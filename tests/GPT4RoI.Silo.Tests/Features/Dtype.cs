using System.Security.Cryptography;
using System.Text;

namespace GPT4RoI.Silo.Tests.Features;

/// <summary>Forges a frame of another dtype with a checksum that fits, from the documented layout of the envelope.</summary>
internal static class Dtype
{
    private const int ChecksumAt = 16, BodyAt = ChecksumAt + SHA256.HashSizeInBytes;

    /// <summary>The frame with f32 called f16.</summary>
    public static byte[] Rename(byte[] frame)
    {
        var at = frame.AsSpan().IndexOf("f32"u8);
        Encoding.ASCII.GetBytes("f16", frame.AsSpan(at));
        SHA256.HashData(frame.AsSpan(BodyAt), frame.AsSpan(ChecksumAt, SHA256.HashSizeInBytes));
        return frame;
    }
}
