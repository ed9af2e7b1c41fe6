using Microsoft.Extensions.Options;
using StackExchange.Redis;

namespace GPT4RoI.Silo.Features;

/// <summary>
/// The connection to the feature store: every operation has the store's deadline, and every failure is a
/// <see cref="StoreUnavailableException"/>. Connects when first used and reconnects by itself.
/// </summary>
internal sealed class RedisStore(IOptions<StoreOptions> options, TimeProvider time) : IAsyncDisposable
{
    private readonly Lazy<Task<ConnectionMultiplexer>> _connection = new(() => ConnectAsync(options.Value));

    /// <summary>Runs one operation.</summary>
    /// <exception cref="StoreUnavailableException">No answer, or an error instead of one.</exception>
    public async Task<T> RunAsync<T>(Func<IDatabase, Task<T>> operation, CancellationToken cancellationToken)
    {
        var deadline = options.Value.Deadline;
        try
        {
            var connection = await _connection.Value.WaitAsync(deadline, time, cancellationToken).ConfigureAwait(false);
            return await operation(connection.GetDatabase()).WaitAsync(deadline, time, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is RedisException or TimeoutException or ObjectDisposedException)
        {
            throw new StoreUnavailableException(exception);
        }
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        if (_connection.IsValueCreated)
        {
            var connection = await _connection.Value.ConfigureAwait(false);
            await connection.DisposeAsync().ConfigureAwait(false);
        }
    }

    private static Task<ConnectionMultiplexer> ConnectAsync(StoreOptions store)
    {
        var connection = ConfigurationOptions.Parse(store.Features);
        connection.AbortOnConnectFail = false;
        connection.AsyncTimeout = connection.SyncTimeout = (int)store.Deadline.TotalMilliseconds;
        // an operation during an outage fails at once instead of piling up behind a dead connection
        connection.BacklogPolicy = BacklogPolicy.FailFast;
        return ConnectionMultiplexer.ConnectAsync(connection);
    }
}
