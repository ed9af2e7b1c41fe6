using System.Collections.Concurrent;
using System.Net;
using Grpc.Core;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace GPT4RoI.Client.Tests.Fakes;

/// <summary>A gateway without a model: keeps the public contract, answers in fixed words, fails and hangs as told.</summary>
internal sealed class FakeGateway : IAsyncDisposable
{
    private readonly ConcurrentDictionary<string, ConcurrentQueue<ScriptedFailure>> _failures = new();
    private readonly WebApplication _host;

    private FakeGateway()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http2));
        builder.Services.AddSingleton(this).AddGrpc(grpc => grpc.Interceptors.Add<ScriptInterceptor>());
        _host = builder.Build();
        _host.MapGrpcService<FakeImages>();
        _host.MapGrpcService<FakeConversations>();
        _host.MapGrpcService<FakeRegions>();
        _host.MapGrpcService<FakeModels>();
    }

    /// <summary>Where it listens.</summary>
    public string Address => _host.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();

    /// <summary>Every call that came in, in order of arrival.</summary>
    public ConcurrentQueue<ReceivedCall> Calls { get; } = new();

    /// <summary>Chunk sizes of every upload that was received to its end.</summary>
    public ConcurrentQueue<int[]> Uploads { get; } = new();

    /// <summary>Every question that came in.</summary>
    public ConcurrentQueue<V1.AskRequest> Questions { get; } = new();

    public ConcurrentDictionary<string, V1.Image> Images { get; } = new();

    public ConcurrentDictionary<string, V1.Conversation> Conversations { get; } = new();

    /// <summary>Takes the place of the fixed answer.</summary>
    public Func<V1.AskRequest, IServerStreamWriter<V1.AskResponse>, ServerCallContext, Task>? OnAsk { get; set; }

    /// <summary>Runs when an upload begins.</summary>
    public Func<ServerCallContext, Task>? OnUpload { get; set; }

    public static async Task<FakeGateway> StartAsync()
    {
        var gateway = new FakeGateway();
        await gateway._host.StartAsync();
        return gateway;
    }

    /// <summary>The next call of <paramref name="method"/> that has no other failure before it fails: before its work, or with its reply lost.</summary>
    public void FailNext(string method, RpcException failure, bool afterWork = false) =>
        _failures.GetOrAdd(method, _ => new()).Enqueue(new ScriptedFailure(failure, afterWork));

    public int CallsOf(string method) => Calls.Count(call => call.Method == method);

    public ScriptedFailure? TakeFailure(string method) =>
        _failures.TryGetValue(method, out var queue) && queue.TryDequeue(out var failure) ? failure : null;

    /// <summary>A client without waits between tries, unless <paramref name="configure"/> sets some.</summary>
    public Gpt4RoiClient CreateClient(Action<Gpt4RoiClientOptions>? configure = null, TimeProvider? timeProvider = null)
    {
        var options = new Gpt4RoiClientOptions { Address = new Uri(Address), Retry = { BaseDelay = TimeSpan.Zero, MaxDelay = TimeSpan.Zero } };
        configure?.Invoke(options);
        return new Gpt4RoiClient(options, timeProvider);
    }

    public async ValueTask DisposeAsync()
    {
        using var now = new CancellationTokenSource();
        await now.CancelAsync();
        await _host.StopAsync(now.Token);
        await _host.DisposeAsync();
    }
}

/// <summary>A call as the server saw it.</summary>
internal sealed record ReceivedCall(string Method, string? Authorization, DateTime Deadline);

/// <summary>A failure to come.</summary>
internal sealed record ScriptedFailure(RpcException Exception, bool AfterWork);
