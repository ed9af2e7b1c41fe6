using System.Runtime.CompilerServices;
using GPT4RoI.Client.Mapping;

namespace GPT4RoI.Client.Transport;

/// <summary>Streams answers, and holds the server to giving each its end.</summary>
/// <param name="stubs">The services.</param>
/// <param name="calls">Makes calls.</param>
/// <param name="limit">Longest answer.</param>
/// <param name="tries">Requests for one answer at most.</param>
/// <param name="time">The clock.</param>
internal sealed class AnswerStreams(GatewayStubs stubs, CallRunner calls, TimeSpan limit, int tries, TimeProvider time)
{
    /// <summary>A turn has a name, so it can be asked again after any failure that may pass: it goes on where its stream broke off.</summary>
    public async IAsyncEnumerable<AskUpdate> AskAsync(V1.AskRequest request, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var deadline = time.GetUtcNow() + limit;
        var progress = new AskProgress(request, tries);
        while (!progress.HasFinished)
        {
            var responses = calls.StreamAsync(options => stubs.Conversations.Ask(request, options), deadline - time.GetUtcNow(), cancellationToken)
                .GetAsyncEnumerator(cancellationToken);
            await using (responses.ConfigureAwait(false))
            {
                while (await progress.TryMoveNextAsync(responses).ConfigureAwait(false))
                {
                    if (progress.Take(responses.Current) is { } update)
                    {
                        yield return update;
                    }
                }
            }
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
