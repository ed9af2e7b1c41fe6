using System.Numerics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace GPT4RoI.Model.Vision;

/// <summary>Pillow's two-pass resize of RGB bytes: along the rows, rounded to bytes, then along the columns, rounded again.</summary>
internal static class ImageResampler
{
    private const int Channels = 3;
    private const int Half = 1 << (ImageResampleAxis.Precision - 1);

    /// <summary>Resizes to the positions that the two axes name.</summary>
    /// <returns>RGB bytes [rows.Count, columns.Count, 3].</returns>
    public static byte[] Resize(DecodedImage image, ImageResampleAxis columns, ImageResampleAxis rows)
    {
        var stride = columns.Count * Channels;
        var (sourceRows, windows) = NeededRows(rows);
        var narrowed = GC.AllocateUninitializedArray<byte>(sourceRows.Count * stride);
        for (var row = 0; row < sourceRows.Count; row++)
        {
            var source = image.Rgb.Span[(sourceRows[row] * image.Width * Channels)..];
            AlongRow(source, columns, narrowed.AsSpan(row * stride, stride));
        }

        var result = GC.AllocateUninitializedArray<byte>(rows.Count * stride);
        var sums = new int[stride];
        for (var row = 0; row < rows.Count; row++)
        {
            AlongColumns(narrowed.AsSpan(windows[row] * stride), rows.Weights(row), sums);
            for (var x = 0; x < stride; x++)
            {
                result[(row * stride) + x] = ToByte(sums[x]);
            }
        }

        return result;
    }

    // The input rows that any window covers, and where each window begins among them. Windows only move forward.
    private static (List<int> Rows, int[] Windows) NeededRows(ImageResampleAxis axis)
    {
        var needed = new List<int>();
        var windows = new int[axis.Count];
        for (var index = 0; index < axis.Count; index++)
        {
            var (start, end) = (axis.Start(index), axis.Start(index) + axis.Weights(index).Length);
            var next = Math.Max(start, needed.Count > 0 ? needed[^1] + 1 : 0);
            windows[index] = needed.Count - (next - start);
            for (; next < end; next++)
            {
                needed.Add(next);
            }
        }

        return (needed, windows);
    }

    private static void AlongRow(ReadOnlySpan<byte> row, ImageResampleAxis columns, Span<byte> output)
    {
        for (var column = 0; column < columns.Count; column++)
        {
            var sum = Vector128.Create(Half);
            var at = columns.Start(column) * Channels;
            foreach (var weight in columns.Weights(column))
            {
                sum += LoadPixel(row, at) * weight;
                at += Channels;
            }

            var pixel = output.Slice(column * Channels, Channels);
            (pixel[0], pixel[1], pixel[2]) = (ToByte(sum[0]), ToByte(sum[1]), ToByte(sum[2]));
        }
    }

    // Reads a fourth byte along where there is one; nobody looks at its lane.
    private static Vector128<int> LoadPixel(ReadOnlySpan<byte> row, int at)
    {
        if (at + sizeof(uint) > row.Length)
        {
            return Vector128.Create(row[at], row[at + 1], row[at + 2], 0);
        }

        var bytes = Vector128.CreateScalarUnsafe(MemoryMarshal.Read<uint>(row[at..])).AsByte();
        return Vector128.WidenLower(Vector128.WidenLower(bytes)).AsInt32();
    }

    private static void AlongColumns(ReadOnlySpan<byte> rows, ReadOnlySpan<int> weights, Span<int> sums)
    {
        sums.Fill(Half);
        for (var tap = 0; tap < weights.Length; tap++)
        {
            AddScaled(rows.Slice(tap * sums.Length, sums.Length), weights[tap], sums);
        }
    }

    private static void AddScaled(ReadOnlySpan<byte> row, int weight, Span<int> sums)
    {
        var x = 0;
        for (; x <= row.Length - Vector<byte>.Count; x += Vector<byte>.Count)
        {
            Vector.Widen(new Vector<byte>(row[x..]), out var low, out var high);
            AddScaled(low, weight, sums[x..]);
            AddScaled(high, weight, sums[(x + Vector<ushort>.Count)..]);
        }

        for (; x < row.Length; x++)
        {
            sums[x] += row[x] * weight;
        }
    }

    private static void AddScaled(Vector<ushort> values, int weight, Span<int> sums)
    {
        Vector.Widen(values, out var low, out var high);
        var second = sums[Vector<int>.Count..];
        (new Vector<int>(sums) + (Vector.AsVectorInt32(low) * weight)).CopyTo(sums);
        (new Vector<int>(second) + (Vector.AsVectorInt32(high) * weight)).CopyTo(second);
    }

    private static byte ToByte(int sum) => (byte)Math.Clamp(sum >> ImageResampleAxis.Precision, 0, byte.MaxValue);
}
