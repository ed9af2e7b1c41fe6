using CsCheck;
using GPT4RoI.Contracts.Images;
using GPT4RoI.Contracts.Store;

namespace GPT4RoI.Silo.Tests.Contracts;

public sealed class EnvelopeTests
{
    private const string Model = "fingerprint";

    private static readonly Gen<float[]> Values = Gen.Float.Where(float.IsFinite).Array[0, 64];

    [Fact]
    public void TensorEnvelope_AnyFiniteTensor_ReadsBackBitForBit() => Values.Sample(values =>
    {
        Assert.True(TensorEnvelope.TryRead(TensorEnvelope.Write(Model, [values.Length], values), Model, [values.Length], out var read));
        Assert.Equal(values.Select(BitConverter.SingleToInt32Bits), read.Select(BitConverter.SingleToInt32Bits));
    });

    [Fact]
    public void TensorEnvelope_AnyBitFlipped_IsRefused() => Gen.Select(Values, Gen.Int[0, int.MaxValue]).Sample((values, at) =>
    {
        var frame = TensorEnvelope.Write(Model, [values.Length], values);
        var bit = at % (frame.Length * 8);
        // two bytes behind the version are padding: they carry nothing, so nothing protects them
        if (bit / 8 is 6 or 7)
        {
            return;
        }
        frame[bit / 8] ^= (byte)(1 << (bit % 8));
        Assert.False(TensorEnvelope.TryRead(frame, Model, [values.Length], out _));
    });

    [Fact]
    public void TensorEnvelope_Truncated_IsRefused() => Gen.Select(Values, Gen.Int[0, int.MaxValue]).Sample((values, at) =>
    {
        var frame = TensorEnvelope.Write(Model, [values.Length], values);
        Assert.False(TensorEnvelope.TryRead(frame.AsMemory(0, at % frame.Length), Model, [values.Length], out _));
    });

    [Fact]
    public void TensorEnvelope_AnyBytes_NeverThrow() =>
        Gen.Byte.Array[0, 256].Sample(bytes => Assert.False(TensorEnvelope.TryRead(bytes, Model, [1], out _)));

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    [InlineData(float.NegativeInfinity)]
    public void TensorEnvelope_ValueNotFinite_IsRefused(float value) =>
        Assert.False(TensorEnvelope.TryRead(TensorEnvelope.Write(Model, [2], [1, value]), Model, [2], out _));

    [Fact]
    public void TensorEnvelope_OtherModelOrShape_IsRefused()
    {
        var frame = TensorEnvelope.Write(Model, [2, 3], new float[6]);

        Assert.False(TensorEnvelope.TryRead(frame, "another", [2, 3], out _));
        Assert.False(TensorEnvelope.TryRead(frame, Model, [3, 2], out _));
        Assert.False(TensorEnvelope.TryRead(frame, Model, [6], out _));
    }

    [Fact]
    public void MediaEnvelope_Upload_ReadsBack()
    {
        var image = new ImageDescriptor("id", "hash", 3, 2, "image/png", 4, DateTimeOffset.UnixEpoch);

        Assert.True(MediaEnvelope.TryRead(MediaEnvelope.Write(image, [1, 2, 3, 4]), out var read, out var bytes));

        Assert.Equal(image, read);
        Assert.Equal([1, 2, 3, 4], bytes.ToArray());
    }

    [Fact]
    public void Envelopes_OfAnotherKind_AreRefused()
    {
        var media = MediaEnvelope.Write(new ImageDescriptor("id", "hash", 3, 2, "image/png", 4, DateTimeOffset.UnixEpoch), new byte[8]);

        Assert.False(TensorEnvelope.TryRead(media, Model, [2], out _));
    }
}
