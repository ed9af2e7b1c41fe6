using System.Buffers.Binary;
using System.Text;
using GPT4RoI.Model.Weights.PyTorch;

namespace GPT4RoI.Training.Datasets.Pickle;

/// <summary>
/// Reads a pickle of lists (<see cref="List{T}"/>), dictionaries with texts for keys, tuples, texts, numbers (<see cref="long"/>, <see cref="double"/>),
/// bytes and numpy arrays. As with checkpoints, nothing outside <see cref="DataGlobals"/> is called, and what is not known is refused by name. Work and
/// memory are in proportion to the bytes read.
/// </summary>
/// <remarks>Opcodes: Python's <c>pickletools</c>. How numpy uses them: <c>ndarray.__reduce_ex__</c>.</remarks>
internal ref struct DataPickle
{
    private readonly PickleStack _stack = new();
    private readonly Dictionary<uint, object?> _memo = [];
    private PickleCursor _cursor;
    private int _opcodeAt;

    private DataPickle(ReadOnlySpan<byte> pickle) => _cursor = new PickleCursor(pickle);

    /// <summary>The value that the pickle holds.</summary>
    /// <exception cref="DatasetException">It is malformed or asks for something that is not known; the message says what and where.</exception>
    public static object? Read(ReadOnlySpan<byte> pickle)
    {
        var machine = new DataPickle(pickle);
        try
        {
            return machine.Run();
        }
        catch (PickleException exception)
        {
            throw new DatasetException($"pickle refused at byte {machine._opcodeAt}: {exception.Message}", exception);
        }
    }

    private object? Run()
    {
        while (true)
        {
            _opcodeAt = _cursor.Position;
            var opcode = (DataOpcode)_cursor.Byte();
            if (opcode == DataOpcode.Stop)
            {
                return _stack.Count == 1 && _cursor.Left == 0
                    ? _stack.Pop()
                    : throw new PickleException($"it ends with {_stack.Count} values and {_cursor.Left} bytes left, not with one and none");
            }

            Execute(opcode);
        }
    }

    private void Execute(DataOpcode opcode)
    {
        switch (opcode)
        {
            case DataOpcode.Protocol: CheckProtocol(_cursor.Byte()); break;
            case DataOpcode.Frame: _cursor.Take(8); break;
            case DataOpcode.Mark: _stack.PushMark(); break;
            case DataOpcode.None: _stack.Push(null); break;
            case DataOpcode.NewTrue: _stack.Push(true); break;
            case DataOpcode.NewFalse: _stack.Push(false); break;
            case DataOpcode.BinInt: _stack.Push((long)_cursor.Int32()); break;
            case DataOpcode.BinInt1: _stack.Push((long)_cursor.Byte()); break;
            case DataOpcode.BinInt2: _stack.Push((long)_cursor.UInt16()); break;
            case DataOpcode.Long1: _stack.Push(_cursor.Long()); break;
            case DataOpcode.BinFloat: _stack.Push(BinaryPrimitives.ReadDoubleBigEndian(_cursor.Take(8))); break;
            case DataOpcode.BinUnicode: _stack.Push(_cursor.Text()); break;
            case DataOpcode.ShortBinUnicode: _stack.Push(Encoding.UTF8.GetString(_cursor.Take(_cursor.Byte()))); break;
            case DataOpcode.ShortBinBytes: _stack.Push(_cursor.Take(_cursor.Byte()).ToArray()); break;
            case DataOpcode.BinBytes: _stack.Push(_cursor.Take(_cursor.UInt32()).ToArray()); break;
            case DataOpcode.BinBytes8 or DataOpcode.ByteArray8: _stack.Push(_cursor.Take(Length8()).ToArray()); break;
            case DataOpcode.EmptyTuple: PushTuple([]); break;
            case DataOpcode.Tuple1: PushTuple(_stack.Pop(1)); break;
            case DataOpcode.Tuple2: PushTuple(_stack.Pop(2)); break;
            case DataOpcode.Tuple3: PushTuple(_stack.Pop(3)); break;
            case DataOpcode.Tuple: PushTuple(_stack.PopToMark()); break;
            case DataOpcode.EmptyList: _stack.Push(new List<object?>()); break;
            case DataOpcode.Append: Append(_stack.Pop(1)); break;
            case DataOpcode.Appends: Append(_stack.PopToMark()); break;
            case DataOpcode.EmptyDict: _stack.Push(new Dictionary<string, object?>()); break;
            case DataOpcode.SetItem: SetItems(_stack.Pop(2)); break;
            case DataOpcode.SetItems: SetItems(_stack.PopToMark()); break;
            case DataOpcode.BinPut: _memo[_cursor.Byte()] = _stack.Top(); break;
            case DataOpcode.LongBinPut: _memo[_cursor.UInt32()] = _stack.Top(); break;
            case DataOpcode.Memoize: _memo[(uint)_memo.Count] = _stack.Top(); break;
            case DataOpcode.BinGet: PushRemembered(_cursor.Byte()); break;
            case DataOpcode.LongBinGet: PushRemembered(_cursor.UInt32()); break;
            case DataOpcode.Global: _stack.Push(DataGlobals.Find(_cursor.Line(), _cursor.Line())); break;
            case DataOpcode.StackGlobal: FindGlobal(_stack.Pop(2)); break;
            case DataOpcode.Reduce: Reduce(_stack.Pop(2)); break;
            case DataOpcode.Build: Build(_stack.Pop()); break;
            default:
                throw new PickleException($"opcode 0x{(byte)opcode:x2} has no place among lists, dictionaries, texts, numbers and arrays");
        }
    }

    private static void CheckProtocol(byte version)
    {
        if (version is < 2 or > 5)
        {
            throw new PickleException($"it is of protocol {version}; 2 to 5 are read");
        }
    }

    private uint Length8()
    {
        var length = BinaryPrimitives.ReadUInt64LittleEndian(_cursor.Take(8));
        return length <= int.MaxValue ? (uint)length : throw new PickleException($"{length} bytes are more than there can be");
    }

    private readonly void FindGlobal(object?[] names) => _stack.Push(names is [string module, string name]
        ? DataGlobals.Find(module, name)
        : throw new PickleException("a global's name is not two texts"));

    private readonly void Reduce(object?[] call) => _stack.Push(DataGlobals.Call(call[0], call[1]));

    private readonly void Build(object? state) => DataGlobals.Build(_stack.Top(), state);

    private readonly void PushRemembered(uint index) => _stack.Push(
        _memo.TryGetValue(index, out var value) ? value : throw new PickleException($"nothing was put at {index} of the memo"));

    // Nothing here walks into containers, so how deep they lie in one another does not matter.
    private readonly void PushTuple(object?[] items) => _stack.Push(new PickleTuple(items, 1));

    private readonly void Append(object?[] items)
    {
        var list = _stack.Top() as List<object?> ?? throw new PickleException("something is appended to what is no list");
        list.AddRange(items);
    }

    private readonly void SetItems(object?[] items)
    {
        if (_stack.Top() is not Dictionary<string, object?> dictionary || items.Length % 2 != 0)
        {
            throw new PickleException("items may be set on a dictionary only, a key with each value");
        }

        for (var index = 0; index < items.Length; index += 2)
        {
            dictionary[items[index] as string ?? throw new PickleException("a dictionary's key is not a text")] = items[index + 1];
        }
    }
}
