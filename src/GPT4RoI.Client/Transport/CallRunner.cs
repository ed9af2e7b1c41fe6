using System.Runtime.CompilerServices;
using Grpc.Core;
using Polly;
using Polly.Retry;

namespace GPT4RoI.Client.Transport;

/// <summary>Runs calls with the API key, under a deadline that spans all tries, and translates their failures.</summary>
internal sealed class CallRunner(Gpt4RoiClientOptions options, TimeProvider timeProvider)
{
    private static readonly ResiliencePropertyKey<DateTimeOffset> DeadlineKey = new("gpt4roi.deadline");

    private readonly Metadata _headers = options.ApiKey is { } key ? new Metadata { { "authorization", $"Bearer {key}" } } : [];
    private readonly ResiliencePipeline _whenNotDone = CreatePipeline(RetryRule.WhenNotDone, options.Retry, timeProvider);
    private readonly ResiliencePipeline _whenTransient = CreatePipeline(RetryRule.WhenTransient, options.Retry, timeProvider);

    /// <summary>Runs <paramref name="call"/> once, and again as <paramref name="rule"/> allows.</summary>
    /// <exception cref="Gpt4RoiException">The last try's failure.</exception>
    public async Task<T> RunAsync<T>(Func<CallOptions, Task<T>> call, TimeSpan limit, RetryRule rule, CancellationToken cancellationToken)
    {
        var deadline = timeProvider.GetUtcNow() + limit;
        var callOptions = new CallOptions(_headers, deadline.UtcDateTime, cancellationToken);
        var context = ResilienceContextPool.Shared.Get(cancellationToken);
        try
        {
            context.Properties.Set(DeadlineKey, deadline);
            return await Pipeline(rule).ExecuteAsync(
                static (_, state) => TryOnceAsync(state.call, state.callOptions), context, (call, callOptions)).ConfigureAwait(false);
        }
        finally
        {
            ResilienceContextPool.Shared.Return(context);
        }
    }

    /// <summary>Runs a delete; after a try whose outcome is unknown, "not found" means that it did succeed.</summary>
    public Task DeleteAsync<T>(Func<CallOptions, Task<T>> delete, TimeSpan limit, CancellationToken cancellationToken)
    {
        var triedBefore = false;
        return RunAsync(
            async options =>
            {
                try
                {
                    return await delete(options).ConfigureAwait(false);
                }
                catch (RpcException failure) when (triedBefore && failure.StatusCode == StatusCode.NotFound)
                {
                    return default;
                }
                finally
                {
                    triedBefore = true;
                }
            },
            limit,
            RetryRule.WhenTransient,
            cancellationToken);
    }

    /// <summary>Streams a call's responses. Tries again only while nothing has been received.</summary>
    /// <exception cref="Gpt4RoiException">The call failed, before or between responses.</exception>
    public async IAsyncEnumerable<T> StreamAsync<T>(
        Func<CallOptions, AsyncServerStreamingCall<T>> start, TimeSpan limit, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var (call, more) = await RunAsync(options => OpenAsync(start(options), options), limit, RetryRule.WhenTransient, cancellationToken)
            .ConfigureAwait(false);
        using (call)
        {
            while (more)
            {
                yield return call.ResponseStream.Current;
                more = await MoveNextAsync(call.ResponseStream, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private ResiliencePipeline Pipeline(RetryRule rule) => rule switch
    {
        RetryRule.WhenTransient => _whenTransient,
        RetryRule.WhenNotDone => _whenNotDone,
        _ => ResiliencePipeline.Empty,
    };

    private static async ValueTask<T> TryOnceAsync<T>(Func<CallOptions, Task<T>> call, CallOptions callOptions)
    {
        try
        {
            return await call(callOptions).ConfigureAwait(false);
        }
        catch (RpcException failure)
        {
            throw RpcErrors.Translate(failure, callOptions.CancellationToken);
        }
    }

    private static async Task<(AsyncServerStreamingCall<T> Call, bool More)> OpenAsync<T>(AsyncServerStreamingCall<T> call, CallOptions callOptions)
    {
        try
        {
            return (call, await call.ResponseStream.MoveNext(callOptions.CancellationToken).ConfigureAwait(false));
        }
        catch
        {
            call.Dispose();
            throw;
        }
    }

    private static async Task<bool> MoveNextAsync<T>(IAsyncStreamReader<T> responses, CancellationToken cancellationToken)
    {
        try
        {
            return await responses.MoveNext(cancellationToken).ConfigureAwait(false);
        }
        catch (RpcException failure)
        {
            throw RpcErrors.Translate(failure, cancellationToken);
        }
    }

    private static ResiliencePipeline CreatePipeline(RetryRule rule, RetryOptions retry, TimeProvider timeProvider)
    {
        if (retry.MaxAttempts == 1)
        {
            return ResiliencePipeline.Empty;
        }
        return new ResiliencePipelineBuilder { TimeProvider = timeProvider }.AddRetry(new RetryStrategyOptions
        {
            MaxRetryAttempts = retry.MaxAttempts - 1,
            Delay = retry.BaseDelay,
            MaxDelay = retry.MaxDelay,
            BackoffType = DelayBackoffType.Exponential,
            UseJitter = true,
            ShouldHandle = attempt => ValueTask.FromResult(
                attempt.Outcome.Exception is Gpt4RoiException failure
                && rule.Allows(failure) && FitsDeadline(attempt.Context, failure, timeProvider)),
            DelayGenerator = attempt => ValueTask.FromResult((attempt.Outcome.Exception as Gpt4RoiException)?.RetryAfter),
        }).Build();
    }

    private static bool FitsDeadline(ResilienceContext context, Gpt4RoiException failure, TimeProvider timeProvider) =>
        context.Properties.TryGetValue(DeadlineKey, out var deadline)
        && timeProvider.GetUtcNow() + (failure.RetryAfter ?? TimeSpan.Zero) < deadline;
}
