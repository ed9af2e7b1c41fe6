using static TorchSharp.torch;

namespace GPT4RoI.Cli.Verify;

/// <summary>Keeps copies of what a forward pass shows on its way.</summary>
internal sealed class Probe
{
    private readonly Dictionary<string, Tensor> _seen = [];

    /// <summary>The probe to hand in. Copies outlive the forward's dispose scopes, not the caller's own.</summary>
    public void Record(string name, Tensor tensor) => _seen[name] = tensor.clone().DetachFromDisposeScope();

    /// <summary>A recorded tensor; null if the pass never showed it.</summary>
    public Tensor? this[string name] => _seen.GetValueOrDefault(name);

    /// <summary>Frees all copies.</summary>
    public void Clear()
    {
        foreach (var tensor in _seen.Values)
        {
            tensor.Dispose();
        }
        _seen.Clear();
    }
}
