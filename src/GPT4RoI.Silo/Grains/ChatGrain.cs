using System.Runtime.CompilerServices;
using GPT4RoI.Contracts;
using GPT4RoI.Contracts.Conversations;
using GPT4RoI.Silo.Placement;
using GPT4RoI.Silo.Turns;

namespace GPT4RoI.Silo.Grains;

/// <summary>Runs turns of conversations that are kept elsewhere. Holds no state: turns of one key may run side by side.</summary>
[RequireRole(Roles.Llm)]
[ImageAffinity]
[CollectionAgeLimit(Minutes = 2)]
internal sealed class ChatGrain(TurnRunner runner) : Grain, IChatGrain
{
    /// <inheritdoc />
    public async IAsyncEnumerable<TurnEvent> AnswerAsync(ChatRequest request, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var plan = new TurnPlan(
            $"t-{Guid.NewGuid():n}", request.TenantId, request.Image, request.History, request.Question, request.NewRegions, request.Sampling)
        {
            Relayed = request.Relayed,
        };
        await using var turn = new RunningTurn((emit, ending) => runner.RunAsync(plan, emit, ending), cancellationToken);
        await foreach (var turnEvent in turn.EventsAsync(cancellationToken))
        {
            yield return turnEvent;
        }
    }
}
