namespace GPT4RoI.Model.Weights.PyTorch;

/// <summary>
/// Reads the pickle of a PyTorch checkpoint: a dictionary of tensors and nothing else. A pickle is a program that may call any function
/// there is; this machine knows the few instructions that build dictionaries, tuples, integers and strings, calls nothing outside
/// <see cref="PickleGlobals"/>, and refuses the rest by name. Work and memory are in proportion to the bytes read.
/// </summary>
/// <remarks>Opcodes: Python's <c>pickletools</c>. How torch uses them: <c>torch/serialization.py</c>, <c>torch/_utils.py</c>.</remarks>
internal ref struct TensorPickle
{
    /// <summary>The longest pickle that is read. A checkpoint of 7 billion parameters has one of 60 KB.</summary>
    public const int LongestPickle = 4 << 20;

    private const int DeepestNesting = 16;
    private readonly PickleStack _stack = new();
    private readonly Dictionary<uint, object?> _memo = [];
    private PickleCursor _cursor;
    private int _opcodeAt;

    private TensorPickle(ReadOnlySpan<byte> pickle) => _cursor = new PickleCursor(pickle);

    /// <summary>The dictionary's tensors, in its order.</summary>
    /// <exception cref="WeightsException">
    /// The pickle is malformed, or asks for something that is not needed to build tensors; the message says what and where.
    /// </exception>
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
        if (_cursor.Left > LongestPickle)
        {
            throw new PickleException($"it is longer than the {LongestPickle} bytes that are read");
        }
        while (true)
        {
            _opcodeAt = _cursor.Position;
            var opcode = (PickleOpcode)_cursor.Byte();
            if (opcode == PickleOpcode.Stop)
            {
                return _stack.Count == 1 && _cursor.Left == 0
                    ? _stack.Pop()
                    : throw new PickleException($"it ends with {_stack.Count} values and {_cursor.Left} bytes left, not with one and none");
            }
            Execute(opcode);
        }
    }

    private void Execute(PickleOpcode opcode)
    {
        switch (opcode)
        {
            case PickleOpcode.Protocol: CheckProtocol(_cursor.Byte()); break;
            case PickleOpcode.Mark: _stack.PushMark(); break;
            case PickleOpcode.None: _stack.Push(null); break;
            case PickleOpcode.NewTrue: _stack.Push(true); break;
            case PickleOpcode.NewFalse: _stack.Push(false); break;
            case PickleOpcode.BinInt: _stack.Push((long)_cursor.Int32()); break;
            case PickleOpcode.BinInt1: _stack.Push((long)_cursor.Byte()); break;
            case PickleOpcode.BinInt2: _stack.Push((long)_cursor.UInt16()); break;
            case PickleOpcode.Long1: _stack.Push(_cursor.Long()); break;
            case PickleOpcode.BinUnicode: _stack.Push(_cursor.Text()); break;
            case PickleOpcode.EmptyTuple: PushTuple([]); break;
            case PickleOpcode.Tuple1: PushTuple(_stack.Pop(1)); break;
            case PickleOpcode.Tuple2: PushTuple(_stack.Pop(2)); break;
            case PickleOpcode.Tuple3: PushTuple(_stack.Pop(3)); break;
            case PickleOpcode.Tuple: PushTuple(_stack.PopToMark()); break;
            case PickleOpcode.EmptyDict: _stack.Push(new PickleDictionary()); break;
            case PickleOpcode.SetItem: SetItems(_stack.Pop(2)); break;
            case PickleOpcode.SetItems: SetItems(_stack.PopToMark()); break;
            case PickleOpcode.BinPut: _memo[_cursor.Byte()] = _stack.Top(); break;
            case PickleOpcode.LongBinPut: _memo[_cursor.UInt32()] = _stack.Top(); break;
            case PickleOpcode.BinGet: PushRemembered(_cursor.Byte()); break;
            case PickleOpcode.LongBinGet: PushRemembered(_cursor.UInt32()); break;
            case PickleOpcode.Global: _stack.Push(PickleGlobals.Find(_cursor.Line(), _cursor.Line())); break;
            case PickleOpcode.BinPersistentId: _stack.Push(PickleGlobals.Storage(_stack.Pop())); break;
            case PickleOpcode.Reduce: Reduce(_stack.Pop()); break;
            case PickleOpcode.Build: Build(_stack.Pop()); break;
            default:
                throw new PickleException(
                    $"opcode 0x{(byte)opcode:x2} ({Printable.Quote(((char)opcode).ToString())}) has no place in a dictionary of tensors");
        }
    }

    private static void CheckProtocol(byte version)
    {
        if (version != 2)
        {
            throw new PickleException($"it is of protocol {version}, torch.save writes 2");
        }
    }

    private readonly void Reduce(object? arguments) => _stack.Push(PickleGlobals.Call(_stack.Pop(), arguments));

    /// <summary>Passes over the one state torch sets: attributes of an OrderedDict (<c>_metadata</c>, the versions of modules).</summary>
    private readonly void Build(object? state)
    {
        if (_stack.Top() is not PickleDictionary || state is not PickleDictionary)
        {
            throw new PickleException("state may be set on a dictionary only, from a dictionary");
        }
    }

    private readonly void PushRemembered(uint index) => _stack.Push(
        _memo.TryGetValue(index, out var value) ? value : throw new PickleException($"nothing was put at {index} of the memo"));

    private readonly void PushTuple(object?[] items) => _stack.Push(new PickleTuple(items, Depth(items)));

    private readonly void SetItems(object?[] items)
    {
        if (_stack.Top() is not PickleDictionary dictionary || items.Length % 2 != 0)
        {
            throw new PickleException("items may be set on a dictionary only, a key with each value");
        }
        for (var index = 0; index < items.Length; index += 2)
        {
            var key = items[index] as string ?? throw new PickleException("a dictionary's key is not a string");
            if (!dictionary.Items.TryAdd(key, items[index + 1]))
            {
                throw new PickleException($"a dictionary's key is given twice: {Printable.Quote(key)}");
            }
        }
        dictionary.Depth = Math.Max(dictionary.Depth, Depth(items));
    }

    /// <summary>How deep a container of these values is nested. Bounded, though nothing here walks into containers.</summary>
    private static int Depth(object?[] items)
    {
        var deepest = 0;
        foreach (var item in items)
        {
            deepest = Math.Max(deepest, item switch { PickleTuple tuple => tuple.Depth, PickleDictionary inner => inner.Depth, _ => 0 });
        }
        return deepest < DeepestNesting ? deepest + 1 : throw new PickleException($"values are nested more than {DeepestNesting} deep");
    }
}
