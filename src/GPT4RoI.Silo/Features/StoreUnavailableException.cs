namespace GPT4RoI.Silo.Features;

/// <summary>The feature store did not answer within its deadline, or refused. Grains turn it into UNAVAILABLE.</summary>
internal sealed class StoreUnavailableException(Exception inner) : Exception("the feature store did not answer", inner);
