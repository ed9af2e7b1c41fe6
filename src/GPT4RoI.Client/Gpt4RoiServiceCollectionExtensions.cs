using GPT4RoI.Client;
using GPT4RoI.Client.Transport;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Registers the client.</summary>
public static class Gpt4RoiServiceCollectionExtensions
{
    /// <summary>
    /// Adds <see cref="Gpt4RoiClient"/> as a singleton. The options are checked when the host starts; a registered
    /// <see cref="TimeProvider"/> is used. The result configures the HTTP side, for example certificates.
    /// </summary>
    public static IHttpClientBuilder AddGpt4RoiClient(this IServiceCollection services, Action<Gpt4RoiClientOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(configure);
        services.AddOptions<Gpt4RoiClientOptions>().Configure(configure).ValidateOnStart();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<Gpt4RoiClientOptions>, Gpt4RoiClientOptionsValidator>());
        services.TryAddSingleton(provider => new Gpt4RoiClient(
            provider.GetRequiredService<GatewayStubs>(), Options(provider), provider.GetService<TimeProvider>() ?? TimeProvider.System));
        return services.AddGrpcClient<GatewayStubs>((provider, grpc) => grpc.Address = Options(provider).Address)
            .ConfigurePrimaryHttpMessageHandler(HttpTransport.CreateHandler)
            .SetHandlerLifetime(Timeout.InfiniteTimeSpan); // the handler itself renews its connections
    }

    private static Gpt4RoiClientOptions Options(IServiceProvider provider) => provider.GetRequiredService<IOptions<Gpt4RoiClientOptions>>().Value;
}
