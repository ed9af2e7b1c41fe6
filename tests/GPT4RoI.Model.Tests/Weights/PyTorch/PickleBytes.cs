using System.Buffers.Binary;
using System.Text;

namespace GPT4RoI.Model.Tests.Weights.PyTorch;

/// <summary>Writes pickles opcode by opcode (the letters are those of Python's <c>pickletools</c>).</summary>
internal sealed class PickleBytes
{
    private readonly List<byte> _bytes = [];

    public byte[] ToArray() => [.. _bytes];

    /// <summary>A dictionary with the one entry "t", whose value <paramref name="value"/> pushes.</summary>
    public static byte[] Entry(Action<PickleBytes> value)
    {
        var pickle = new PickleBytes().Raw(0x80, 2).Op("}").Text("t");
        value(pickle);
        return pickle.Op("s.").ToArray();
    }

    public PickleBytes Raw(params byte[] bytes)
    {
        _bytes.AddRange(bytes);
        return this;
    }

    public PickleBytes Op(string opcodes) => Raw(Encoding.Latin1.GetBytes(opcodes));

    public PickleBytes Text(string text)
    {
        var utf8 = Encoding.UTF8.GetBytes(text);
        return Op("X").UInt32((uint)utf8.Length).Raw(utf8);
    }

    public PickleBytes Int(int value) => Op("J").UInt32(unchecked((uint)value));

    public PickleBytes Long(long value)
    {
        var bytes = new byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, value);
        return Raw(0x8a, 8).Raw(bytes);
    }

    public PickleBytes UInt32(uint value)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, value);
        return Raw(bytes);
    }

    public PickleBytes Global(string module, string name) => Op($"c{module}\n{name}\n");

    public PickleBytes Longs(params long[] values)
    {
        Op("(");
        Array.ForEach(values, value => Long(value));
        return Op("t");
    }

    public PickleBytes OrderedDict() => Global("collections", "OrderedDict").Op(")R");

    public PickleBytes Storage(string key, string type, long count) =>
        Op("(").Text("storage").Global("torch", type).Text(key).Text("cpu").Long(count).Op("tQ");

    public PickleBytes Tensor(string key, string type, long count, long offset, long[] shape, long[] strides) =>
        Global("torch._utils", "_rebuild_tensor_v2").Op("(").Storage(key, type, count).Long(offset).Longs(shape).Longs(strides)
            .Raw(0x89).OrderedDict().Op("tR");
}
