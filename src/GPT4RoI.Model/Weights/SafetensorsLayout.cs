namespace GPT4RoI.Model.Weights;

/// <summary>How the tensors of a safetensors file lie in it: one after the other, no byte shared and none left over.</summary>
internal static class SafetensorsLayout
{
    /// <summary>Adds a fault per overlap and per gap.</summary>
    public static void Check(
        OrderedDictionary<string, SafetensorsHeader.Entry> entries, long dataStart, long fileLength, List<string> faults)
    {
        var (previous, end) = ("the header", dataStart);
        foreach (var (name, entry) in entries.OrderBy(pair => pair.Value.Offset).ThenBy(pair => pair.Value.Length))
        {
            if (entry.Offset < end)
            {
                faults.Add($"{Printable.Quote(name)}: starts at byte {entry.Offset} of the file, inside {previous}, which ends at {end}");
            }
            else if (entry.Offset > end)
            {
                faults.Add($"{Printable.Quote(name)}: {entry.Offset - end} bytes before it, from {end}, belong to no tensor");
            }
            (previous, end) = (Printable.Quote(name), Math.Max(end, entry.Offset + entry.Length));
        }
        if (end < fileLength)
        {
            faults.Add($"the last {fileLength - end} bytes of the file, from {end}, belong to no tensor");
        }
    }
}
