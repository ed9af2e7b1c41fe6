using System.Runtime.CompilerServices;
using System.Threading.Channels;
using GPT4RoI.Contracts;
using GPT4RoI.Contracts.Conversations;
using GPT4RoI.Contracts.Regions;
using GPT4RoI.Silo.Placement;
using GPT4RoI.Silo.Turns;
using Microsoft.Extensions.Options;

namespace GPT4RoI.Silo.Grains;

/// <summary>
/// Asks one question about many regions: each region is a turn of its own, a few at a time, whose prompts share the image's prefix. Holds no
/// state; the gateway makes a key for every request, so an activation is collected soon.
/// </summary>
[RequireRole(Roles.Llm)]
[ImageAffinity]
[CollectionAgeLimit(Minutes = 2)]
internal sealed class DescriberGrain(TurnRunner runner, IOptions<ConversationOptions> options) : Grain, IDescriberGrain
{
    private const string RegionPlace = "<region>", OnlyRegion = "<region1>";
    private const int BufferedEvents = 64;

    /// <inheritdoc />
    public async IAsyncEnumerable<RegionEvent> DescribeAsync(DescribeRequest request, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var events = Channel.CreateBounded<RegionEvent>(BufferedEvents);
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var turns = RunAllAsync(request, events.Writer, ending.Token);
        try
        {
            await foreach (var regionEvent in events.Reader.ReadAllAsync(cancellationToken))
            {
                yield return regionEvent;
            }
        }
        finally
        {
            await ending.CancelAsync();
            await turns;
        }
    }

    private async Task RunAllAsync(DescribeRequest request, ChannelWriter<RegionEvent> events, CancellationToken cancellationToken)
    {
        using var places = new SemaphoreSlim(options.Value.MaxParallelDescriptions);
        try
        {
            await Task.WhenAll(request.Regions.Select(region => RunOneAsync(request, region, places, events, cancellationToken)));
            events.Complete();
        }
        catch (Exception exception)
        {
            events.Complete(exception);
        }
    }

    private async Task RunOneAsync(
        DescribeRequest request, Region region, SemaphoreSlim places, ChannelWriter<RegionEvent> events, CancellationToken cancellationToken)
    {
        await places.WaitAsync(cancellationToken);
        try
        {
            // every region is the first of its own conversation: its answer does not depend on the id it has in the request
            var plan = new TurnPlan(
                $"d-{Guid.NewGuid():n}/{region.Id}", request.TenantId, request.Image, [],
                request.Question.Replace(RegionPlace, OnlyRegion, StringComparison.Ordinal), [region with { Id = 1 }], request.Sampling)
            {
                Relayed = request.Relayed.GetValueOrDefault(region.Id, RelayedAnswer.Nothing),
            };
            await runner.RunAsync(plan, (turnEvent, token) => events.WriteAsync(new RegionEvent(region.Id, turnEvent), token), cancellationToken);
        }
        finally
        {
            places.Release();
        }
    }
}
