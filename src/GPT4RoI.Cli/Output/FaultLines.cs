using GPT4RoI.Training.Datasets;

namespace GPT4RoI.Cli.Output;

/// <summary>What was left out of the data, a line for each reason with its first record.</summary>
internal static class FaultLines
{
    public static void Write(Terminal terminal, DataFaults faults)
    {
        foreach (var (reason, count) in faults.ByReason)
        {
            var first = faults.First.FirstOrDefault(fault => fault.Reason == reason);
            var example = first is null ? "" : $"; first {first.File}, {first.Record} {first.Detail}";
            terminal.Error.WriteLine(SafeText.Clean($"left out {count} times: {reason}{example}"));
        }
    }
}
