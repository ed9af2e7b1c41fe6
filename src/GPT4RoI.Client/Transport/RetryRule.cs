using Grpc.Core;

namespace GPT4RoI.Client.Transport;

/// <summary>Which failures of a call may be followed by another try.</summary>
internal enum RetryRule
{
    /// <summary>None: the call's input cannot be produced twice.</summary>
    Never,

    /// <summary>Only where the server surely did nothing: it refused and named a time, or was never reached.</summary>
    WhenNotDone,

    /// <summary>Every failure that may pass: doing the call twice is doing it once.</summary>
    WhenTransient,
}

internal static class RetryRules
{
    public static bool Allows(this RetryRule rule, Gpt4RoiException failure) => rule switch
    {
        RetryRule.WhenTransient => IsTransient(failure),
        RetryRule.WhenNotDone => IsTransient(failure) && (failure.RetryAfter is not null || failure.Reason == RpcErrors.Unreachable),
        _ => false,
    };

    /// <summary>A limit without a time to come back (a message too long, a quota used up) does not pass by waiting.</summary>
    private static bool IsTransient(Gpt4RoiException failure) =>
        failure.Code == StatusCode.Unavailable || (failure.Code == StatusCode.ResourceExhausted && failure.RetryAfter is not null);
}
