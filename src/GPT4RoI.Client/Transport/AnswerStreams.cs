using System.Runtime.CompilerServices;
using GPT4RoI.Client.Mapping;

namespace GPT4RoI.Client.Transport;

/// <summary>Streams answers, and holds the server to giving each its end.</summary>
internal sealed class AnswerStreams(GatewayStubs stubs, CallRunner calls, TimeSpan limit)
{
    /// <summary>A turn that fails leaves the conversation as it was, so a try that has produced nothing can be repeated.</summary>
    public async IAsyncEnumerable<AskUpdate> AskAsync(V1.AskRequest request, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var finished = false;
        await foreach (var response in calls.StreamAsync(options => stubs.Conversations.Ask(request, options), limit, cancellationToken)
            .ConfigureAwait(false))
        {
            if (Updates.Update(response) is { } update)
            {
                finished |= update is FinishedUpdate;
                yield return update;
            }
        }
        if (!finished)
        {
            throw RpcErrors.Incomplete();
        }
    }

    public async IAsyncEnumerable<RegionUpdate> DescribeAsync(
        V1.DescribeRegionsRequest request, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var open = request.Regions.Select(region => region.Id).ToHashSet();
        await foreach (var response in calls.StreamAsync(options => stubs.Regions.DescribeRegions(request, options), limit, cancellationToken)
            .ConfigureAwait(false))
        {
            if (Updates.Update(response) is { } update)
            {
                if (update is FinishedUpdate or FailedUpdate)
                {
                    open.Remove(response.RegionId);
                }
                yield return new RegionUpdate((int)response.RegionId, update);
            }
        }
        if (open.Count > 0)
        {
            throw RpcErrors.Incomplete();
        }
    }
}
