using StackExchange.Redis;

namespace GPT4RoI.Gateway.Images;

/// <summary>
/// Connects to the store before the first call comes. Connecting blocks; were it left to the first calls, they would all wait for it, each
/// with a thread of the pool that the connection itself needs. A store that is not there yet is connected to later, in the background.
/// </summary>
internal sealed class StoreConnector(IServiceProvider services) : IHostedService
{
    /// <summary>Only here, not in the constructor: hosted services are all made before the first, an embedded store perhaps, is started.</summary>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        services.GetRequiredService<IConnectionMultiplexer>();
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
