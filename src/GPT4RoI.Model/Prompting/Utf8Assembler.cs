using System.Buffers;
using System.Text;

namespace GPT4RoI.Model.Prompting;

/// <summary>Puts byte pieces together to characters as SentencePiece does: greedily, and one U+FFFD for each byte that belongs to none.</summary>
internal struct Utf8Assembler
{
    private uint _pending;
    private int _count;

    public void Add(byte value, StringBuilder text)
    {
        _pending |= (uint)value << (8 * _count++);
        Span<byte> bytes = stackalloc byte[4];
        while (_count > 0)
        {
            BitConverter.TryWriteBytes(bytes, _pending);
            switch (Rune.DecodeFromUtf8(bytes[.._count], out var rune, out var consumed))
            {
                case OperationStatus.NeedMoreData:
                    return;
                case OperationStatus.Done:
                    text.Append(rune.ToString());
                    break;
                default:
                    text.Append('\uFFFD');
                    consumed = 1;
                    break;
            }

            _pending = consumed == 4 ? 0 : _pending >> (8 * consumed);
            _count -= consumed;
        }
    }

    /// <summary>The byte run has ended: what is pending cannot become a character any more.</summary>
    public void Flush(StringBuilder text)
    {
        text.Append('\uFFFD', _count);
        (_pending, _count) = (0, 0);
    }
}
