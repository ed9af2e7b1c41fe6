using System.Buffers.Binary;
using GPT4RoI.Model.Weights.PyTorch;

namespace GPT4RoI.Training.Datasets.Pickle;

/// <summary>A numpy dtype; <c>BUILD</c> gives it its byte order.</summary>
internal sealed class NumpyType(string code)
{
    /// <summary>Kind and size, such as <c>f4</c>.</summary>
    public string Code => code;

    public bool BigEndian { get; set; }

    public int Size => code is [_, >= '1' and <= '8' and var digit] ? digit - '0' : throw new PickleException($"numpy's type {code} is not read");
}

/// <summary>A numpy array of numbers; empty until it is built.</summary>
internal sealed class NumpyArray
{
    private byte[] _bytes = [];
    private NumpyType _type = new("f4");

    /// <summary>Length of each axis; row-major.</summary>
    public int[] Shape { get; private set; } = [0];

    /// <summary>Number of elements.</summary>
    public int Count => _bytes.Length / _type.Size;

    /// <summary>An element by its place in row-major order.</summary>
    public double this[int index]
    {
        get
        {
            Span<byte> value = stackalloc byte[_type.Size];
            _bytes.AsSpan(index * value.Length, value.Length).CopyTo(value);
            if (_type.BigEndian)
            {
                value.Reverse();
            }

            return _type.Code switch
            {
                "f2" => (double)BinaryPrimitives.ReadHalfLittleEndian(value),
                "f4" => BinaryPrimitives.ReadSingleLittleEndian(value),
                "f8" => BinaryPrimitives.ReadDoubleLittleEndian(value),
                "i1" => (sbyte)value[0],
                "i2" => BinaryPrimitives.ReadInt16LittleEndian(value),
                "i4" => BinaryPrimitives.ReadInt32LittleEndian(value),
                "i8" => BinaryPrimitives.ReadInt64LittleEndian(value),
                "u1" => value[0],
                _ => throw new PickleException($"numpy's type {_type.Code} is not read"),
            };
        }
    }

    /// <summary>Gives the array its content.</summary>
    public void Fill(PickleTuple shape, NumpyType type, bool columnMajor, byte[] bytes)
    {
        if (!Array.TrueForAll(shape.Items, length => length is long and >= 0 and <= int.MaxValue))
        {
            throw new PickleException("an array's shape is not one of sizes");
        }

        (Shape, _type, _bytes) = (Array.ConvertAll(shape.Items, length => (int)(long)length!), type, bytes);
        if (Shape.Aggregate((Int128)type.Size, (product, length) => product * length) != bytes.Length)
        {
            throw new PickleException($"an array of shape [{string.Join(", ", Shape)}] and type {type.Code} has {bytes.Length} bytes");
        }

        if (columnMajor && Shape.Count(length => length > 1) > 1)
        {
            throw new PickleException("an array in column-major order is not read");
        }
    }
}
