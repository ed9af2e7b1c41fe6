using GPT4RoI.Model.Native;
using static TorchSharp.torch;

namespace GPT4RoI.Training.Modules;

/// <summary>
/// The distribution of a parameter before training: exactly its table if it has one, normal if it has a deviation, uniform in ±bound if it has a bound, else
/// constant.
/// </summary>
internal readonly record struct Initial(double Value, double Deviation, double Bound, float[]? Table = null)
{
    public static Initial Zero => default;

    public static Initial One => new(1, 0, 0);

    public static Initial Normal(double deviation) => new(0, deviation, 0);

    /// <summary>What torch gives the weights and biases of linear and convolution layers.</summary>
    /// <param name="fanIn">Products per output.</param>
    public static Initial Uniform(long fanIn) => new(0, 0, 1 / Math.Sqrt(fanIn));

    /// <summary>These values, row by row.</summary>
    public static Initial Exactly(float[] table) => new(0, 0, 0, table);

    /// <summary>float32 on the CPU; the caller disposes it.</summary>
    public Tensor Create(long[] shape, Generator generator) => this switch
    {
        { Table: { } table } => tensor(table, ScalarType.Float32).reshape(shape),
        { Deviation: > 0 } => randn(shape, ScalarType.Float32, generator: generator).TimesInPlace(Deviation),
        { Bound: > 0 } => rand(shape, ScalarType.Float32, generator: generator).TimesInPlace(2 * Bound).PlusInPlace(-Bound),
        _ => zeros(shape, ScalarType.Float32).PlusInPlace(Value),
    };
}
