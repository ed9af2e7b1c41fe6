namespace GPT4RoI.Training.Datasets;

/// <summary>A record that was left out.</summary>
/// <param name="Reason">One of a few.</param>
/// <param name="File">Where it stands.</param>
/// <param name="Record">Its number (from 0) or id in the file.</param>
/// <param name="Detail">What it says, where that helps.</param>
public sealed record DataFault(string Reason, string File, string Record, string Detail)
{
    /// <inheritdoc/>
    public override string ToString() => $"{File}, {Record}: {Reason}{(Detail.Length > 0 ? $" ({Detail})" : "")}";
}

/// <summary>Collects what is wrong with records. However many there are, it keeps a count for each reason and the first few in full. Thread-safe.</summary>
public sealed class DataFaults
{
    private const int Kept = 100;
    private const int LongestDetail = 200;
    private readonly Lock _lock = new();
    private readonly SortedDictionary<string, long> _counts = new(StringComparer.Ordinal);
    private readonly List<DataFault> _first = [];

    /// <summary>All faults reported.</summary>
    public long Count => ByReason.Values.Sum();

    /// <summary>How often each reason was given.</summary>
    public IReadOnlyDictionary<string, long> ByReason
    {
        get
        {
            lock (_lock)
            {
                return new SortedDictionary<string, long>(_counts, StringComparer.Ordinal);
            }
        }
    }

    /// <summary>The first hundred, in the order in which they came.</summary>
    public IReadOnlyList<DataFault> First
    {
        get
        {
            lock (_lock)
            {
                return [.. _first];
            }
        }
    }

    /// <summary>Notes that a record is left out.</summary>
    /// <param name="reason">A constant of the code: the collector keeps one count for each.</param>
    /// <param name="file">Where the record stands.</param>
    /// <param name="record">Its number or id.</param>
    /// <param name="detail">What it says; cut at 200 characters.</param>
    public void Report(string reason, string file, string record, string detail = "")
    {
        lock (_lock)
        {
            _counts[reason] = _counts.GetValueOrDefault(reason) + 1;
            if (_first.Count < Kept)
            {
                _first.Add(new DataFault(reason, file, record, detail.Length > LongestDetail ? detail[..LongestDetail] : detail));
            }
        }
    }
}
