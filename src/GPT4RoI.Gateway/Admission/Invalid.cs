using GPT4RoI.Contracts.Errors;

namespace GPT4RoI.Gateway.Admission;

/// <summary>Makes INVALID_ARGUMENT errors.</summary>
internal static class Invalid
{
    /// <param name="field">Path of the field in the request's own names.</param>
    /// <param name="reason">Stable name for programs.</param>
    /// <param name="message">One sentence; names the limit and the value.</param>
    public static ClusterError Field(string field, string reason, string message) => new(ErrorCode.InvalidArgument, reason, message, field);
}
