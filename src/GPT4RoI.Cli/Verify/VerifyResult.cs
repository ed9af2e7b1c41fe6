namespace GPT4RoI.Cli.Verify;

/// <summary>One golden case, checked.</summary>
/// <param name="Stage">Which part of the computation.</param>
/// <param name="Case">Which case of the fixture directory.</param>
/// <param name="MaxAbsolute">Largest absolute difference; for exact stages, the number of differing entries.</param>
/// <param name="MaxRelative">Largest absolute difference over the largest expected magnitude.</param>
/// <param name="Tolerance">Limit on <paramref name="MaxAbsolute"/>.</param>
/// <param name="Note">What went wrong, if it is not a number.</param>
internal sealed record VerifyResult(string Stage, string Case, double MaxAbsolute, double MaxRelative, double Tolerance, string? Note = null)
{
    /// <summary>A NaN difference fails.</summary>
    public bool Passed => Note is null && MaxAbsolute <= Tolerance;
}
