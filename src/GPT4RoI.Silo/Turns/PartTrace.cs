using System.Diagnostics;

namespace GPT4RoI.Silo.Turns;

/// <summary>Spans of which one begins where the last ends.</summary>
internal sealed class PartTrace(string first) : IDisposable
{
    private string _name = first;
    private Activity? _part = TurnTraces.Part(first);

    /// <summary>Ends the part and begins another; nothing happens if it has that name already.</summary>
    public void Next(string name)
    {
        if (name == _name)
        {
            return;
        }
        _part?.Dispose();
        (_name, _part) = (name, TurnTraces.Part(name));
    }

    /// <summary>Ends the last part.</summary>
    public void Dispose() => _part?.Dispose();
}
