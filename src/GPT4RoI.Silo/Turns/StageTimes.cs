namespace GPT4RoI.Silo.Turns;

/// <summary>What a turn took before the engine had it.</summary>
/// <param name="Started">Timestamp of the turn's start.</param>
/// <param name="Encoding">Waiting for image features.</param>
/// <param name="Regions">Waiting for region vectors.</param>
internal sealed record StageTimes(long Started, TimeSpan Encoding, TimeSpan Regions);
