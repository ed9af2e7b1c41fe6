namespace GPT4RoI.Gateway.Admission;

/// <summary>How many calls a tenant may make.</summary>
/// <param name="Limit">At once, after a pause.</param>
/// <param name="Remaining">Now.</param>
/// <param name="Reset">Until it is the limit again.</param>
internal readonly record struct RequestAllowance(int Limit, long Remaining, TimeSpan Reset);
