using GPT4RoI.Contracts.Images;
using GPT4RoI.Contracts.Store;
using GPT4RoI.Silo.Features;

namespace GPT4RoI.Silo.Tests.Features;

/// <summary>Ways to spoil an entry of the feature store: each takes the sound frame and returns another.</summary>
internal static class Poison
{
    /// <summary>By name. Frames that hold a tensor hold one of five values.</summary>
    public static IReadOnlyDictionary<string, Func<byte[], byte[]>> Kinds { get; } = new Dictionary<string, Func<byte[], byte[]>>
    {
        ["empty"] = _ => [],
        ["garbage"] = _ => [.. Enumerable.Range(0, 300).Select(index => (byte)(index * 7))],
        ["truncated"] = frame => frame[..^1],
        ["with more behind its end"] = frame => [.. frame, 0],
        ["altered payload"] = frame => Flip(frame, frame.Length - 1),
        ["altered header"] = frame => Flip(frame, 60),
        ["another version"] = frame => Flip(frame, 4),
        ["another model"] = _ => TensorEnvelope.Write("another-model", [5], new float[5]),
        ["another shape"] = _ => TensorEnvelope.Write("this-model", [1, 5], new float[5]),
        ["fewer values"] = _ => TensorEnvelope.Write("this-model", [5], new float[4]),
        ["another dtype"] = frame => Dtype.Rename(frame),
        ["not a number"] = _ => TensorEnvelope.Write("this-model", [5], [0, 0, float.NaN, 0, 0]),
        ["infinity"] = _ => TensorEnvelope.Write("this-model", [5], [0, 0, 0, 0, float.PositiveInfinity]),
        ["an image"] = _ => MediaEnvelope.Write(new ImageDescriptor("id", "hash", 1, 1, "image/png", 4, DateTimeOffset.UnixEpoch), new byte[20]),
    };

    /// <summary>A sound entry of a model: zeros in the shape of one region's vector.</summary>
    public static byte[] Sound(FeatureLayout layout) => TensorEnvelope.Write(layout.ModelFingerprint, layout.RegionShape, new float[layout.RegionShape[0]]);

    private static byte[] Flip(byte[] frame, int at)
    {
        frame[at] ^= 1;
        return frame;
    }
}
