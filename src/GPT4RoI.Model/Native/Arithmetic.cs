using TorchSharp;
using static TorchSharp.torch;

namespace GPT4RoI.Model.Native;

/// <summary>
/// Arithmetic with numbers that live for as long as torch reads them. TorchSharp makes an object with a finalizer of every number, also of the factor
/// that <c>a + b</c> hides, and lets go of it before the native call is over: a garbage collection at the wrong moment frees what is being read. Its
/// own operators are therefore banned (<c>src/BannedSymbols.txt</c>). Results are the caller's to dispose.
/// </summary>
internal static class Arithmetic
{
    /// <summary>The factor of a plain sum; never disposed.</summary>
    public static readonly Scalar One = 1.ToScalar();

    private static readonly Scalar Zero = 0.ToScalar();

    /// <summary>0, 1, …, count − 1.</summary>
    public static Tensor Range(long count, ScalarType dtype, Device? device = null) =>
        With(count.ToScalar(), end => arange(Zero, end, One, dtype, device));

    public static Tensor Plus(this Tensor tensor, Tensor other) => tensor.add(other, One);

    public static Tensor PlusInPlace(this Tensor tensor, Tensor other) => tensor.add_(other, One);

    public static Tensor Plus(this Tensor tensor, double number) => With(number.ToScalar(), scalar => tensor.add(scalar, One));

    /// <summary>Keeps an integer tensor one.</summary>
    public static Tensor Plus(this Tensor tensor, long number) => With(number.ToScalar(), scalar => tensor.add(scalar, One));

    public static Tensor PlusInPlace(this Tensor tensor, double number) => With(number.ToScalar(), scalar => tensor.add_(scalar, One));

    public static Tensor Times(this Tensor tensor, double number) => With(number.ToScalar(), scalar => tensor.mul(scalar));

    /// <summary>Keeps an integer tensor one.</summary>
    public static Tensor Times(this Tensor tensor, long number) => With(number.ToScalar(), scalar => tensor.mul(scalar));

    public static Tensor TimesInPlace(this Tensor tensor, double number) => With(number.ToScalar(), scalar => tensor.mul_(scalar));

    public static Tensor Over(this Tensor tensor, double number) => With(number.ToScalar(), scalar => tensor.div(scalar));

    public static Tensor OverInPlace(this Tensor tensor, double number) => With(number.ToScalar(), scalar => tensor.div_(scalar));

    /// <summary>A number to the power of each value.</summary>
    public static Tensor Power(float number, Tensor exponents)
    {
        using var basis = tensor(number);
        return pow(basis, exponents);
    }

    /// <summary>Each value, or the bound where it is below.</summary>
    public static Tensor AtLeast(this Tensor tensor, double bound) => With(bound.ToScalar(), scalar => tensor.clamp_min(scalar));

    /// <summary>Each value, or the bound where it is above.</summary>
    public static Tensor AtMost(this Tensor tensor, double bound) => With(bound.ToScalar(), scalar => tensor.clamp_max(scalar));

    /// <summary>Where values are below a bound.</summary>
    public static Tensor IsBelow(this Tensor tensor, double bound) => With(bound.ToScalar(), scalar => tensor.lt(scalar));

    /// <summary>Where values lie from the lower to the upper bound, both included.</summary>
    public static Tensor IsWithin(this Tensor tensor, double low, double high)
    {
        using var first = low.ToScalar();
        using var last = high.ToScalar();
        return tensor.ge(first).logical_and(tensor.le(last));
    }

    // Disposing it afterwards is what keeps it alive until then.
    private static Tensor With(Scalar scalar, Func<Scalar, Tensor> operation)
    {
        using (scalar)
        {
            return operation(scalar);
        }
    }
}
