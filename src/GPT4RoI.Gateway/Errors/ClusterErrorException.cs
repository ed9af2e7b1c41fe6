using GPT4RoI.Contracts.Errors;

namespace GPT4RoI.Gateway.Errors;

/// <summary>Ends a call with an error that its client may see, whatever the protocol.</summary>
internal sealed class ClusterErrorException(ClusterError error) : Exception(error.Message)
{
    /// <summary>The error.</summary>
    public ClusterError Error => error;
}
