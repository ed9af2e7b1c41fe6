using GPT4RoI.Contracts.Conversations;
using GPT4RoI.Contracts.Keys;
using GPT4RoI.Silo.Errors;
using GPT4RoI.Silo.Features;
using GPT4RoI.Silo.Grains;
using GPT4RoI.Silo.Hosting;
using Microsoft.Extensions.Options;

namespace GPT4RoI.Silo.Turns;

/// <summary>
/// One turn from question to last token: checks and tokenises the question, gets the image's features and the regions' vectors, submits to
/// this node's engine and passes its tokens on. Whatever goes wrong becomes the turn's one <see cref="TurnFailed"/>.
/// </summary>
internal sealed partial class TurnRunner(
    ModelHost model, FeatureSource features, MediaStore uploads, FeatureKey keys, IOptions<ConversationOptions> options, TimeProvider time,
    ILogger<TurnRunner> logger)
{
    /// <summary>Runs a turn. The last event emitted is <see cref="TurnFinished"/> or <see cref="TurnFailed"/>.</summary>
    /// <param name="plan">The turn.</param>
    /// <param name="emit">Takes the events.</param>
    /// <param name="cancellationToken">Ends the turn and frees what it holds in the engine within one step.</param>
    /// <exception cref="OperationCanceledException">Cancelled; nothing more was emitted.</exception>
    public async Task RunAsync(TurnPlan plan, EmitEvent emit, CancellationToken cancellationToken)
    {
        using var deadline = new CancellationTokenSource(options.Value.TurnDeadline, time);
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        using var trace = TurnTraces.Turn(plan);
        TurnEvent last;
        try
        {
            last = await AnswerAsync(plan, emit, ending.Token);
        }
        catch (OperationCanceledException) when (deadline.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            last = new TurnFailed(SiloErrors.Deadline);
        }
        catch (StoreUnavailableException exception)
        {
            LogStoreUnavailable(exception, plan.RequestId);
            last = new TurnFailed(SiloErrors.StoreUnavailable);
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            LogFailed(exception, plan.RequestId);
            last = new TurnFailed(SiloErrors.Internal);
        }
        trace.End(last);
        await emit(last, cancellationToken);
    }

    private async Task<TurnEvent> AnswerAsync(TurnPlan plan, EmitEvent emit, CancellationToken cancellationToken)
    {
        var language = model.Language;
        var started = time.GetTimestamp();

        // 1. words become tokens: a wrong question is refused before anything is computed for it
        await emit(new TurnProgress(TurnStage.Queued), cancellationToken);
        if (!language.TryAssemble(plan, out var prompt, out var refusal))
        {
            return new TurnFailed(refusal);
        }

        // 2. the deepest level of the image
        await emit(new TurnProgress(TurnStage.Encoding), cancellationToken);
        var encodingStarted = time.GetTimestamp();
        var featureKey = keys.ForImage(plan.TenantId, plan.Image, features.Layout.ModelFingerprint);
        if (!await uploads.ExistsAsync(plan.Media, cancellationToken))
        {
            return new TurnFailed(SiloErrors.ImageGone);
        }
        var levels = await TracedAsync("encode", () => features.LevelsAsync(featureKey, plan.Media, ^1.., cancellationToken));
        if (levels.Error is { } encodingError)
        {
            return new TurnFailed(encodingError);
        }
        var encoding = time.GetElapsedTime(encodingStarted);

        // 3. a vector for every region of the conversation: its prompt mentions all of them
        await emit(new TurnProgress(TurnStage.Regions), cancellationToken);
        var regionsStarted = time.GetTimestamp();
        var regions = plan.Regions.ToList();
        var vectors = await TracedAsync("regions", () => features.RegionsAsync(featureKey, plan.Media, [.. regions.Select(region => region.Box)], cancellationToken));
        if (vectors.Error is { } regionError)
        {
            return new TurnFailed(regionError);
        }
        var byRegion = regions.Zip(vectors.Value!).ToDictionary(pair => pair.First.Id, pair => pair.Second);
        var stages = new StageTimes(started, encoding, time.GetElapsedTime(regionsStarted));

        // 4. the engine, and its tokens as they come
        var request = GenerationRequests.Create(plan, prompt, keys.TenantSalt(plan.TenantId), featureKey, levels.Value![0], byRegion);
        if (!language.Engine.TrySubmit(request, out var stream, out var rejection))
        {
            return new TurnFailed(rejection.ToError());
        }
        await using (stream)
        {
            return await new TokenRelay(language, prompt, stages, plan.Relayed, emit, time).RunAsync(stream, cancellationToken);
        }
    }

    private static async Task<T> TracedAsync<T>(string part, Func<Task<T>> work)
    {
        using var trace = TurnTraces.Part(part);
        return await work();
    }

    [LoggerMessage(30, LogLevel.Error, "Turn {RequestId} failed")]
    private partial void LogFailed(Exception exception, string requestId);

    [LoggerMessage(31, LogLevel.Warning, "Turn {RequestId}: the feature store did not answer")]
    private partial void LogStoreUnavailable(Exception exception, string requestId);
}
