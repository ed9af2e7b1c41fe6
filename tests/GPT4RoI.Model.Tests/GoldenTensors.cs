using GPT4RoI.Model.Weights;
using static TorchSharp.torch;

namespace GPT4RoI.Model.Tests;

/// <summary>A safetensors file of tests/golden/cases. What is read from it lives as long as the dispose scope around the call.</summary>
internal sealed class GoldenTensors(string name) : IDisposable
{
    private readonly SafetensorsFile _file = new(Golden.File("cases", name + ".safetensors"));

    public bool Has(string tensor) => _file.Tensors.ContainsKey(tensor);

    public Tensor this[string tensor] => _file.Read(tensor).clone();

    public void Dispose() => _file.Dispose();
}
