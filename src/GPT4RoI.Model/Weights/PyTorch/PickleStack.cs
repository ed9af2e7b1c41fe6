namespace GPT4RoI.Model.Weights.PyTorch;

/// <summary>The stack of values a pickle works on; a mark is no value and cannot be taken for one.</summary>
internal sealed class PickleStack
{
    private static readonly object Mark = new();
    private readonly List<object?> _values = [];

    public int Count => _values.Count;

    public void Push(object? value) => _values.Add(value);

    /// <summary>Remembers where the items of a tuple or dictionary begin.</summary>
    public void PushMark() => _values.Add(Mark);

    public object? Top() => _values.Count > 0 && _values[^1] != Mark
        ? _values[^1]
        : throw new PickleException("a value is asked for where there is none");

    public object? Pop()
    {
        var value = Top();
        _values.RemoveAt(_values.Count - 1);
        return value;
    }

    /// <summary>The uppermost values, the lowest of them first.</summary>
    public object?[] Pop(int count)
    {
        var items = new object?[count];
        for (var index = count - 1; index >= 0; index--)
        {
            items[index] = Pop();
        }
        return items;
    }

    /// <summary>The values above the uppermost mark, the lowest of them first; the mark goes with them.</summary>
    public object?[] PopToMark()
    {
        var mark = _values.FindLastIndex(value => value == Mark);
        if (mark < 0)
        {
            throw new PickleException("there is no mark to go back to");
        }
        object?[] items = [.. _values[(mark + 1)..]];
        _values.RemoveRange(mark, _values.Count - mark);
        return items;
    }
}
