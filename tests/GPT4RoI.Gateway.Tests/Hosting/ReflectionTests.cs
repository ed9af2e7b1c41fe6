using Google.Protobuf.Reflection;
using GPT4RoI.Gateway.Tests.Fixtures;
using Grpc.Reflection.V1Alpha;

namespace GPT4RoI.Gateway.Tests.Hosting;

public sealed class ReflectionTests(Backend backend)
{
    [Fact]
    public async Task Reflection_ListsTheServices_AndDescribesThem()
    {
        var cancel = TestContext.Current.CancellationToken;
        await using var gateway = await GatewayHost.StartAsync(backend);
        using var call = new ServerReflection.ServerReflectionClient(gateway.Anonymous).ServerReflectionInfo(cancellationToken: cancel);

        await call.RequestStream.WriteAsync(new() { ListServices = "" }, cancel);
        Assert.True(await call.ResponseStream.MoveNext(cancel));
        var services = call.ResponseStream.Current.ListServicesResponse.Service.Select(service => service.Name).ToList();
        Assert.Subset(
            services.ToHashSet(),
            new HashSet<string>
            {
                "gpt4roi.v1.ImageService", "gpt4roi.v1.ConversationService", "gpt4roi.v1.RegionService", "gpt4roi.v1.ModelService", "grpc.health.v1.Health",
            });

        await call.RequestStream.WriteAsync(new() { FileContainingSymbol = "gpt4roi.v1.ConversationService" }, cancel);
        Assert.True(await call.ResponseStream.MoveNext(cancel));
        var files = call.ResponseStream.Current.FileDescriptorResponse.FileDescriptorProto.Select(FileDescriptorProto.Parser.ParseFrom);
        Assert.Contains(files, file => file.Name == "gpt4roi/v1/conversation_service.proto");
    }
}
