using System.Buffers.Binary;
using System.Text;

namespace GPT4RoI.Model.Weights.PyTorch;

/// <summary>
/// Reads the pickle of a PyTorch checkpoint: a dictionary of tensors and nothing else. A pickle is a program that may call any function there is; this
/// machine knows the few instructions that build dictionaries, tuples, integers and strings, calls nothing outside <see cref="PickleGlobals"/>, and
/// refuses the rest by name. Work and memory are in proportion to the bytes read.
/// </summary>
/// <remarks>Opcodes: Python's <c>pickletools</c>. What torch writes with them: <c>torch/serialization.py</c>, <c>torch/_utils.py</c>.</remarks>
internal ref struct TensorPickle
{
    /// <summary>The longest pickle that is read. A checkpoint of 7 billion parameters has one of 60 KB.</summary>
    public const int LongestPickle = 4 << 20;

    private const int DeepestNesting = 16, LongestGlobal = 256;
    private readonly ReadOnlySpan<byte> _bytes;
    private readonly List<object?> _stack = [];
    private readonly Dictionary<uint, object?> _memo = [];
    private int _position;
    private int _opcodeAt;

    private TensorPickle(ReadOnlySpan<byte> bytes) => _bytes = bytes;

    /// <summary>The dictionary's tensors, in its order.</summary>
    /// <exception cref="WeightsException">The pickle is malformed, or asks for something that is not needed to build tensors; the message says what and where.</exception>
    public static OrderedDictionary<string, PickledTensor> Read(ReadOnlySpan<byte> pickle)
    {
        var machine = new TensorPickle(pickle);
        try
        {
            return Tensors(machine.Run());
        }
        catch (PickleException exception)
        {
            throw new WeightsException($"pickle refused at byte {machine._opcodeAt}: {exception.Message}", exception);
        }
    }

    private static OrderedDictionary<string, PickledTensor> Tensors(object? root)
    {
        var dictionary = root as PickleDictionary ?? throw new PickleException("it holds no dictionary of tensors");
        var tensors = new OrderedDictionary<string, PickledTensor>();
        foreach (var (name, value) in dictionary.Items)
        {
            tensors.Add(name, value as PickledTensor ?? throw new PickleException($"the entry {Printable.Quote(name)} is not a tensor"));
        }
        return tensors;
    }

    private object? Run()
    {
        if (_bytes.Length > LongestPickle)
        {
            throw new PickleException($"it is longer than the {LongestPickle} bytes that are read");
        }
        while (true)
        {
            _opcodeAt = _position;
            var opcode = (PickleOpcode)Take(1)[0];
            if (opcode == PickleOpcode.Stop)
            {
                return _stack.Count == 1 && _position == _bytes.Length
                    ? _stack[0]
                    : throw new PickleException($"it ends with {_stack.Count} values and {_bytes.Length - _position} bytes left, not with one and none");
            }
            Execute(opcode);
        }
    }

    private void Execute(PickleOpcode opcode)
    {
        switch (opcode)
        {
            case PickleOpcode.Protocol: CheckProtocol(Take(1)[0]); break;
            case PickleOpcode.Mark: Push(PickleMark.Instance); break;
            case PickleOpcode.None: Push(null); break;
            case PickleOpcode.NewTrue: Push(true); break;
            case PickleOpcode.NewFalse: Push(false); break;
            case PickleOpcode.BinInt: Push((long)BinaryPrimitives.ReadInt32LittleEndian(Take(4))); break;
            case PickleOpcode.BinInt1: Push((long)Take(1)[0]); break;
            case PickleOpcode.BinInt2: Push((long)BinaryPrimitives.ReadUInt16LittleEndian(Take(2))); break;
            case PickleOpcode.Long1: Push(Integer(Take(Take(1)[0]))); break;
            case PickleOpcode.BinUnicode: Push(Text(Take(BinaryPrimitives.ReadUInt32LittleEndian(Take(4))))); break;
            case PickleOpcode.EmptyTuple: Push(new PickleTuple([], 1)); break;
            case PickleOpcode.Tuple1: PushTuple(PopLast(1)); break;
            case PickleOpcode.Tuple2: PushTuple(PopLast(2)); break;
            case PickleOpcode.Tuple3: PushTuple(PopLast(3)); break;
            case PickleOpcode.Tuple: PushTuple(PopToMark()); break;
            case PickleOpcode.EmptyDict: Push(new PickleDictionary()); break;
            case PickleOpcode.SetItem: SetItems(PopLast(2)); break;
            case PickleOpcode.SetItems: SetItems(PopToMark()); break;
            case PickleOpcode.BinPut: _memo[Take(1)[0]] = Top(); break;
            case PickleOpcode.LongBinPut: _memo[BinaryPrimitives.ReadUInt32LittleEndian(Take(4))] = Top(); break;
            case PickleOpcode.BinGet: Push(Remembered(Take(1)[0])); break;
            case PickleOpcode.LongBinGet: Push(Remembered(BinaryPrimitives.ReadUInt32LittleEndian(Take(4)))); break;
            case PickleOpcode.Global: Push(PickleGlobals.Find(Line(), Line())); break;
            case PickleOpcode.BinPersistentId: Push(PickleGlobals.Storage(Pop())); break;
            case PickleOpcode.Reduce: Reduce(Pop()); break;
            case PickleOpcode.Build: Build(Pop()); break;
            default: throw new PickleException($"opcode 0x{(byte)opcode:x2} ({Printable.Quote(((char)opcode).ToString())}) has no place in a dictionary of tensors");
        }
    }

    private static void CheckProtocol(byte version)
    {
        if (version != 2)
        {
            throw new PickleException($"it is of protocol {version}, torch.save writes 2");
        }
    }

    private readonly void Reduce(object? arguments) => Push(PickleGlobals.Call(Pop(), arguments));

    /// <summary>Passes over the one state torch sets: attributes of an OrderedDict (<c>_metadata</c>, the versions of modules).</summary>
    private readonly void Build(object? state)
    {
        if (Top() is not PickleDictionary || state is not PickleDictionary)
        {
            throw new PickleException("state may be set on a dictionary only, from a dictionary");
        }
    }

    private ReadOnlySpan<byte> Take(uint count)
    {
        if (count > _bytes.Length - _position)
        {
            throw new PickleException($"{count} bytes are asked for, {_bytes.Length - _position} are left");
        }
        var taken = _bytes.Slice(_position, (int)count);
        _position += (int)count;
        return taken;
    }

    private string Line()
    {
        var rest = _bytes[_position..];
        var length = rest[..Math.Min(rest.Length, LongestGlobal)].IndexOf((byte)'\n');
        if (length < 0)
        {
            throw new PickleException($"a global's name is not ended within {LongestGlobal} bytes");
        }
        var line = Text(rest[..length]);
        _position += length + 1;
        return line;
    }

    private static string Text(ReadOnlySpan<byte> utf8) => Encoding.UTF8.GetString(utf8);

    private static long Integer(ReadOnlySpan<byte> littleEndian)
    {
        if (littleEndian.Length > sizeof(long))
        {
            throw new PickleException($"an integer of {littleEndian.Length} bytes is more than a size can be");
        }
        Span<byte> bytes = stackalloc byte[sizeof(long)];
        bytes.Fill(littleEndian is [.., >= 0x80] ? (byte)0xff : (byte)0);
        littleEndian.CopyTo(bytes);
        return BinaryPrimitives.ReadInt64LittleEndian(bytes);
    }

    private readonly object? Remembered(uint index) =>
        _memo.TryGetValue(index, out var value) ? value : throw new PickleException($"nothing was put at {index} of the memo");

    private readonly void Push(object? value) => _stack.Add(value);

    private readonly object? Top() => _stack.Count > 0 && _stack[^1] is not PickleMark
        ? _stack[^1]
        : throw new PickleException("a value is asked for where there is none");

    private readonly object? Pop()
    {
        var value = Top();
        _stack.RemoveAt(_stack.Count - 1);
        return value;
    }

    private readonly object?[] PopLast(int count)
    {
        var items = new object?[count];
        for (var index = count - 1; index >= 0; index--)
        {
            items[index] = Pop();
        }
        return items;
    }

    private readonly object?[] PopToMark()
    {
        var mark = _stack.LastIndexOf(PickleMark.Instance);
        if (mark < 0)
        {
            throw new PickleException("there is no mark to go back to");
        }
        object?[] items = [.. _stack[(mark + 1)..]];
        _stack.RemoveRange(mark, _stack.Count - mark);
        return items;
    }

    private readonly void PushTuple(object?[] items) => Push(new PickleTuple(items, Nested(items)));

    private readonly void SetItems(object?[] items)
    {
        if (Top() is not PickleDictionary dictionary || items.Length % 2 != 0)
        {
            throw new PickleException("items may be set on a dictionary only, a key with each value");
        }
        for (var index = 0; index < items.Length; index += 2)
        {
            if (items[index] is not string key || !dictionary.Items.TryAdd(key, items[index + 1]))
            {
                throw new PickleException($"a dictionary's key is {(items[index] is string name ? $"given twice: {Printable.Quote(name)}" : "not a string")}");
            }
        }
        dictionary.Depth = Math.Max(dictionary.Depth, Nested(items));
    }

    private static int Nested(object?[] items)
    {
        var depth = 1 + items.Select(item => item switch { PickleTuple tuple => tuple.Depth, PickleDictionary inner => inner.Depth, _ => 0 }).DefaultIfEmpty().Max();
        return depth <= DeepestNesting ? depth : throw new PickleException($"values are nested more than {DeepestNesting} deep");
    }
}
