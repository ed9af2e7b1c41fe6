using GPT4RoI.Client;
using Grpc.Core;

namespace GPT4RoI.Cli.Bench.Serve;

/// <summary>What one question took, as the client saw it.</summary>
/// <param name="TimeToFirstToken">From the call to its first token.</param>
/// <param name="InterTokenLatencies">One per further token; tokens that arrive together share their gap evenly.</param>
/// <param name="EndToEnd">From the call to its end.</param>
/// <param name="Usage">As the server counted.</param>
internal sealed record TurnSample(TimeSpan TimeToFirstToken, IReadOnlyList<TimeSpan> InterTokenLatencies, TimeSpan EndToEnd, Usage Usage);

/// <summary>Everything that was measured in a run.</summary>
/// <param name="Samples">Questions that were answered.</param>
/// <param name="Errors">Questions that were not, by code.</param>
/// <param name="Duration">From the first request to the last answer.</param>
internal sealed record ServeMeasurement(IReadOnlyList<TurnSample> Samples, IReadOnlyDictionary<StatusCode, int> Errors, TimeSpan Duration);
