namespace GPT4RoI.Cli.Verify.Stages;

/// <summary>Largest absolute differences that float32 rounding in another order may cause, as measured against float64 runs of the reference.</summary>
internal static class Tolerances
{
    public const double Exact = 0;
    public const double Pixels = 1e-4;
    public const double Clip = 2e-4;
    public const double Fusion = 2e-4;
    public const double RoiAlign = 1e-5;
    public const double RoiAlignEndToEnd = 2e-4;
    public const double Position = 2e-5;
    public const double Flatten = 3e-4;
    public const double Region = 2e-4;
    public const double Embeddings = 2e-4;
    public const double Hidden = 1e-3;
    public const double Logits = 2e-3;
    public const double Probabilities = 1e-6;

    /// <summary>The full-size region module sums over 200,704 inputs.</summary>
    public const double FullRegion = 1e-3;
    public const double FullPosition = 5e-5;
}
