using GPT4RoI.Contracts.Errors;
using GPT4RoI.Silo.Errors;

namespace GPT4RoI.Silo.Features;

/// <summary>Calls a grain again for as long as it says that its work goes on, and turns outages into errors.</summary>
internal static class PatientCall
{
    /// <summary>The first outcome that is not <see cref="SiloErrors.StillWorking"/>. The caller's cancellation ends the loop through the call.</summary>
    public static async Task<Outcome<T>> UntilDoneAsync<T>(Func<Task<Outcome<T>>> call)
    {
        try
        {
            while (true)
            {
                var outcome = await call();
                if (outcome.Error?.Reason != SiloErrors.StillWorkingReason)
                {
                    return outcome;
                }
            }
        }
        catch (Exception exception) when (exception is TimeoutException or OrleansException)
        {
            return SiloErrors.RoleUnavailable;
        }
    }
}
