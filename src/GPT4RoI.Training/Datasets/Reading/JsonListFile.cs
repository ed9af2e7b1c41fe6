using System.Text.Json;

namespace GPT4RoI.Training.Datasets.Reading;

/// <summary>Reads the lists of a JSON file of any length: memory is needed for one element, not for the file.</summary>
internal sealed class JsonListFile
{
    private const int FirstBuffer = 1 << 16;
    private const int LongestElement = 256 << 20;
    private static readonly JsonList<object> Ignored = new(null, (_, _) => { });

    private readonly string _path;
    private readonly DataFaults _faults;
    private readonly JsonList[] _lists;
    private readonly HashSet<JsonList> _missing;
    private byte[] _buffer = new byte[FirstBuffer];
    private JsonList? _current;
    private JsonList? _next;
    private long _index;

    private JsonListFile(string path, DataFaults faults, JsonList[] lists) => (_path, _faults, _lists, _missing) = (path, faults, lists, [.. lists]);

    /// <summary>Gives every element of the lists, in the file's order, to its list.</summary>
    /// <exception cref="DatasetException">The file is not there, not JSON to its end, or lacks a list.</exception>
    public static void Read(string path, DataFaults faults, params JsonList[] lists)
    {
        try
        {
            using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1, FileOptions.SequentialScan);
            new JsonListFile(path, faults, lists).Read(stream);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new DatasetException($"{path} cannot be read: {exception.Message}", exception);
        }
    }

    private void Read(FileStream stream)
    {
        var state = default(JsonReaderState);
        var (filled, before, last) = (0, 0L, false);
        while (!last)
        {
            var count = stream.Read(_buffer.AsSpan(filled));
            filled += count;
            last = count == 0;
            var reader = new Utf8JsonReader(_buffer.AsSpan(0, filled), last, state);
            try
            {
                while (Step(ref reader))
                {
                }
            }
            catch (JsonException exception)
            {
                throw new DatasetException($"{_path} is not JSON, or breaks off, after byte {before + reader.BytesConsumed}: {exception.Message}", exception);
            }

            var consumed = (int)reader.BytesConsumed;
            state = reader.CurrentState;
            before += consumed;
            filled -= consumed;
            _buffer.AsSpan(consumed, filled).CopyTo(_buffer);
            if (filled == _buffer.Length)
            {
                Grow();
            }
        }

        if (_missing.FirstOrDefault() is { } missing)
        {
            throw new DatasetException(missing.Name is null ? $"{_path} is not a list." : $"{_path} holds no list \"{missing.Name}\".");
        }
    }

    private void Grow()
    {
        if (_buffer.Length >= LongestElement)
        {
            throw new DatasetException($"{_path}: an element is longer than {LongestElement} bytes.");
        }

        Array.Resize(ref _buffer, _buffer.Length * 2);
    }

    // False if the next thing has not been read in to its end.
    private bool Step(ref Utf8JsonReader reader)
    {
        if (_current is not null)
        {
            return Element(ref reader, _current);
        }

        var ahead = reader;
        if (!ahead.Read())
        {
            return false;
        }

        if (ahead.TokenType == JsonTokenType.PropertyName)
        {
            var text = ahead.GetString();
            _next = _lists.FirstOrDefault(list => list.Name == text) ?? Ignored;
        }
        else if (ahead.TokenType == JsonTokenType.StartArray)
        {
            Enter(_next ?? _lists.FirstOrDefault(list => list.Name is null) ?? Ignored);
        }
        else if (_next is not null)
        {
            if (!ahead.TrySkip())
            {
                return false;
            }

            _next = null;
        }

        reader = ahead;
        return true;
    }

    private void Enter(JsonList list)
    {
        (_current, _next, _index) = (list, null, 0);
        _missing.Remove(list);
    }

    private bool Element(ref Utf8JsonReader reader, JsonList list)
    {
        var ahead = reader;
        if (!ahead.Read())
        {
            return false;
        }

        var start = (int)ahead.TokenStartIndex;
        if (ahead.TokenType == JsonTokenType.EndArray)
        {
            _current = null;
        }
        else if (ahead.TrySkip())
        {
            if (list != Ignored)
            {
                list.Take(_buffer.AsSpan(start..(int)ahead.BytesConsumed), $"{list.Name ?? "record"}[{_index}]", _path, _faults);
            }

            _index++;
        }
        else
        {
            return false;
        }

        reader = ahead;
        return true;
    }
}
