namespace GPT4RoI.Engine.Execution;

/// <summary>One step's logits on the CPU, float32 [rows, vocabulary]. The memory is reused by the next step.</summary>
/// <param name="vocabularySize">Floats per row.</param>
internal sealed class LogitsBuffer(int vocabularySize)
{
    private float[] _values = [];

    /// <summary>Rows of this step.</summary>
    public int Rows { get; private set; }

    /// <summary>All rows, row-major, with undefined content; what was there before is lost.</summary>
    public Span<float> Reset(int rows)
    {
        var size = checked(rows * vocabularySize);
        if (_values.Length < size)
            _values = new float[size];
        Rows = rows;
        return _values.AsSpan(0, size);
    }

    /// <summary>One row.</summary>
    public Span<float> Row(int index)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, Rows);
        return _values.AsSpan(index * vocabularySize, vocabularySize);
    }
}
