using Grpc.Core;

namespace GPT4RoI.Client.Transport;

/// <summary>The generated clients of one gateway, over one connection.</summary>
internal sealed class GatewayStubs(CallInvoker invoker)
{
    public V1.ImageService.ImageServiceClient Images { get; } = new(invoker);

    public V1.ConversationService.ConversationServiceClient Conversations { get; } = new(invoker);

    public V1.RegionService.RegionServiceClient Regions { get; } = new(invoker);

    public V1.ModelService.ModelServiceClient Models { get; } = new(invoker);
}
