using System.Text;
using CsCheck;
using GPT4RoI.Model.Weights;
using GPT4RoI.Model.Weights.PyTorch;
using static TorchSharp.torch;

namespace GPT4RoI.Model.Tests.Weights.PyTorch;

public sealed class TensorPickleTests
{
    [Fact]
    public void Read_Tensor_GivesItsWindow()
    {
        var (name, tensor) = Assert.Single(TensorPickle.Read(PickleBytes.Entry(pickle => pickle.Tensor("0", "HalfStorage", 9, 1, [2, 3], [1, 2]))));

        Assert.Equal("t", name);
        Assert.Equal(new PickleStorage("0", ScalarType.Float16, 9), tensor.Storage);
        Assert.Equal(1, tensor.Offset);
        Assert.Equal([2L, 3], tensor.Shape);
        Assert.Equal([1L, 2], tensor.Strides);
        Assert.False(tensor.IsContiguous);
    }

    [Fact]
    public void Read_StateDictOfParameters_IsRead()
    {
        // What torch.save(module.state_dict(keep_vars=True)) writes: an OrderedDict of parameters with _metadata set on it.
        var pickle = new PickleBytes().Raw(0x80, 2).OrderedDict().Op("q").Raw(0).Op("(")
            .Text("w").Global("torch._utils", "_rebuild_parameter").Op("(")
            .Tensor("0", "FloatStorage", 4, 0, [2, 2], [2, 1]).Raw(0x88).OrderedDict().Op("tR")
            .Op("u").Op("}").Text("_metadata").OrderedDict().Op("(").Text("").Op("}").Text("version").Int(1).Op("s").Op("us").Op("b.").ToArray();

        var (name, tensor) = Assert.Single(TensorPickle.Read(pickle));

        Assert.Equal("w", name);
        Assert.True(tensor.IsContiguous);
    }

    [Theory]
    [InlineData("os", "system")]
    [InlineData("posix", "system")]
    [InlineData("builtins", "eval")]
    [InlineData("__builtin__", "getattr")]
    [InlineData("subprocess", "Popen")]
    [InlineData("torch", "load")]
    [InlineData("torch.storage", "_load_from_bytes")]
    [InlineData("torch._utils", "_rebuild_tensor_v2.__globals__")]
    [InlineData("collections", "OrderedDict ")]
    [InlineData("torch", "QInt8Storage")]
    public void Read_AnyOtherGlobal_IsRefusedByName(string module, string name)
    {
        var exception = Assert.Throws<WeightsException>(
            () => TensorPickle.Read(PickleBytes.Entry(pickle => pickle.Global(module, name).Op("(").Text("id").Op("tR"))));

        Assert.Contains($"'{module}.{name}'", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_AnyOtherOpcode_IsRefusedByNumber()
    {
        var known = Enum.GetValues<PickleOpcode>().Select(opcode => (byte)opcode).ToHashSet();
        foreach (var opcode in Enumerable.Range(0, 256).Select(value => (byte)value).Where(value => !known.Contains(value)))
        {
            var exception = Assert.Throws<WeightsException>(() => TensorPickle.Read([0x80, 2, opcode, 0, 0, 0, 0]));

            Assert.Contains($"byte 2: opcode 0x{opcode:x2}", exception.Message, StringComparison.Ordinal);
        }
        // Those that call, import or rebuild by other means, and those that build what no tensor needs.
        Assert.DoesNotContain(known, opcode => "io\u0081\u0082\u0083\u0084\u0092\u0093P2]lael\u008b".Contains((char)opcode, StringComparison.Ordinal));
    }

    [Fact]
    public void Read_CallOfAStorageType_IsRefused() => Refused("not a function", pickle => pickle.Global("torch", "FloatStorage").Op(")R"));

    [Fact]
    public void Read_PersistentIdOfAnotherKind_IsRefused() => Refused("persistent id", pickle => pickle.Op("(").Text("module").Text("os").Op("tQ"));

    [Fact]
    public void Read_PlainValueForATensor_IsRefused() => Refused("'t' is not a tensor", pickle => pickle.Int(3));

    [Fact]
    public void Read_DictionaryCalledWithItems_IsRefused() =>
        Refused("arguments it does not take", pickle => pickle.Global("collections", "OrderedDict").Op("}").Raw(0x85).Op("R"));

    [Fact]
    public void Read_StateSetOnATensor_IsRefused() =>
        Refused("state may be set", pickle => pickle.Tensor("0", "FloatStorage", 1, 0, [1], [1]).Op("}b"));

    [Fact]
    public void Read_TuplesInTuplesWithoutEnd_IsRefused() =>
        Refused("nested more than 16 deep", pickle => pickle.Op(")").Raw(Enumerable.Repeat((byte)0x85, 100_000).ToArray()));

    [Fact]
    public void Read_DictionariesInDictionaries_IsRefused() =>
        Refused("nested more than 16 deep", pickle =>
        {
            for (var depth = 0; depth < 50; depth++)
            {
                pickle.Op("}").Text("k");
            }
            pickle.Op("N").Op(new string('s', 50));
        });

    [Fact]
    public void Read_MemoBomb_IsRefused() =>
        // Each tuple holds the one before twice: 2^60 leaves for whoever would walk through them.
        Refused("nested more than 16 deep", pickle =>
        {
            pickle.Op(")q").Raw(0);
            for (byte level = 0; level < 60; level++)
            {
                pickle.Op("h").Raw(level).Op("h").Raw(level).Raw(0x86).Op("q").Raw((byte)(level + 1));
            }
        });

    [Fact]
    public void Read_DictionaryInsideItself_IsRefused() => Refused("not a tensor", pickle => pickle.Op("}q").Raw(0).Text("k").Op("h").Raw(0).Op("s"));

    [Fact]
    public void Read_MemoIndexBeyondAnyMemory_TakesNone() => Refused("'t' is not a tensor", pickle => pickle.Op("Nr").UInt32(uint.MaxValue));

    [Fact]
    public void Read_TextLongerThanThePickle_IsRefused() => Refused("4294967295 bytes are asked for", pickle => pickle.Op("X").UInt32(uint.MaxValue));

    [Fact]
    public void Read_IntegerOf255Bytes_IsRefused() => Refused("an integer of 255 bytes", pickle => pickle.Raw(0x8a, 255).Raw(new byte[255]));

    [Fact]
    public void Read_GlobalWithoutEnd_IsRefused() => Refused("not ended within 256 bytes", pickle => pickle.Op("c" + new string('x', 1000) + "\n"));

    [Fact]
    public void Read_NameTwice_IsRefused() => Refused("given twice: 'a'", pickle => pickle.Op("}(").Text("a").Op("N").Text("a").Op("Nu"));

    [Fact]
    public void Read_OfManyMegabytes_IsRefusedUnread() =>
        Assert.Contains(
            $"longer than the {TensorPickle.LongestPickle} bytes",
            Assert.Throws<WeightsException>(() => TensorPickle.Read(new byte[TensorPickle.LongestPickle + 1])).Message,
            StringComparison.Ordinal);

    [Theory]
    [InlineData(4, 0, new long[] { 5 }, new long[] { 1 })]
    [InlineData(4, 1, new long[] { 4 }, new long[] { 1 })]
    [InlineData(4, 0, new long[] { 2, 2 }, new long[] { 3, 1 })]
    [InlineData(4, 5, new long[] { 0 }, new long[] { 1 })]
    [InlineData(4, -1, new long[] { 1 }, new long[] { 1 })]
    [InlineData(4, 0, new long[] { -1 }, new long[] { 1 })]
    [InlineData(4, 0, new long[] { 2 }, new long[] { -1 })]
    [InlineData(4, 0, new long[] { 2, 2 }, new long[] { 1 })]
    [InlineData(0, 0, new long[] { }, new long[] { })]
    [InlineData(4, 0, new long[] { 1L << 40 }, new long[] { 0 })]
    [InlineData(4, 0, new long[] { long.MaxValue, long.MaxValue, long.MaxValue }, new long[] { 0, 0, 0 })]
    [InlineData(4, 0, new long[] { 4, 4 }, new long[] { long.MaxValue, long.MaxValue })]
    public void Read_WindowBeyondItsStorage_IsRefused(long count, long offset, long[] shape, long[] strides) =>
        Assert.Contains(
            "refused at byte",
            Assert.Throws<WeightsException>(
                () => TensorPickle.Read(PickleBytes.Entry(pickle => pickle.Tensor("0", "FloatStorage", count, offset, shape, strides)))).Message,
            StringComparison.Ordinal);

    [Fact]
    public void Read_TooManyDimensions_IsRefused()
    {
        var ones = Enumerable.Repeat(1L, 65).ToArray();
        Refused("at most 64", pickle => pickle.Tensor("0", "FloatStorage", 1, 0, ones, ones));
    }

    [Theory]
    [InlineData(")")]
    [InlineData(")).")]
    [InlineData("}.extra")]
    [InlineData("}s.")]
    [InlineData("t.")]
    [InlineData("(s.")]
    [InlineData("R.")]
    [InlineData("b.")]
    [InlineData("Q.")]
    [InlineData("\u0085.")]
    [InlineData("(\u0085.")]
    [InlineData("}(Nu.")]
    [InlineData("}NNs.")]
    [InlineData("h\u0001.")]
    [InlineData("q")]
    [InlineData("(q\u0001.")]
    [InlineData("(.")]
    [InlineData("N.")]
    public void Read_Malformed_IsRefused(string opcodes) =>
        Assert.StartsWith(
            "pickle refused at byte",
            Assert.Throws<WeightsException>(() => TensorPickle.Read([0x80, 2, .. Encoding.Latin1.GetBytes(opcodes)])).Message,
            StringComparison.Ordinal);

    [Fact]
    public void Read_AnyBytes_EndsOrThrowsWeightsException()
    {
        var opcodes = Enum.GetValues<PickleOpcode>().Select(opcode => (byte)opcode).ToArray();
        var valid = PickleBytes.Entry(pickle => pickle.Tensor("0", "FloatStorage", 4, 0, [2, 2], [2, 1]));
        var random = Gen.OneOf(Gen.Byte, Gen.Int[0, opcodes.Length - 1].Select(index => opcodes[index])).Array[0, 60];
        var changed = Gen.Select(Gen.Int[0, valid.Length - 1], Gen.Byte, Gen.Int[0, valid.Length]).Select((at, value, length) =>
        {
            var bytes = valid.ToArray();
            bytes[at] = value;
            return bytes[..length];
        });

        Gen.OneOf(random, changed).Sample(
            bytes =>
            {
                try
                {
                    return TensorPickle.Read(bytes).Values.All(tensor => tensor.Shape.Length == tensor.Strides.Length);
                }
                catch (WeightsException)
                {
                    return true;
                }
            },
            iter: 5000,
            threads: 1);
    }

    private static void Refused(string expected, Action<PickleBytes> value) =>
        Assert.Contains(
            expected, Assert.Throws<WeightsException>(() => TensorPickle.Read(PickleBytes.Entry(value))).Message, StringComparison.Ordinal);
}
