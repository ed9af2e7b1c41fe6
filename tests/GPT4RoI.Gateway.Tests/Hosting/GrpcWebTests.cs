using System.Buffers.Binary;
using System.Net.Http.Headers;
using Google.Protobuf;
using GPT4RoI.Gateway.Tests.Fixtures;
using Grpc.Net.Client;
using Grpc.Net.Client.Web;

namespace GPT4RoI.Gateway.Tests.Hosting;

/// <summary>The HTTP/1.1 port: what a browser can do.</summary>
public sealed class GrpcWebTests(Backend backend)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(GrpcWebMode.GrpcWeb)]
    [InlineData(GrpcWebMode.GrpcWebText)]
    public async Task GrpcWeb_AskOverHttp11_StreamsTheAnswer(GrpcWebMode mode)
    {
        await using var gateway = await GatewayHost.StartAsync(backend);
        var conversation = await gateway.StartAsync(await gateway.Images.UploadAsync(Pictures.Unique(), Cancel), Cancel);
        using var channel = GrpcChannel.ForAddress(gateway.HttpAddress, new() { HttpHandler = new GrpcWebHandler(mode, new HttpClientHandler()), HttpVersion = new(1, 1) });
        var client = new V1.ConversationService.ConversationServiceClient(channel);
        var events = await client.AskAsync(new() { ConversationId = conversation.Id, Question = "What?" }, Cancel);
        Assert.Equal("héllo wörld", events[^1].Finished.Answer);
        await Calls.RefusesAsync("question", () => client.AskAsync(new() { ConversationId = conversation.Id }, Cancel));
    }

    [Fact]
    public async Task GrpcWeb_UploadAsOneBodyOfFrames_IsAnImage_UnderTheSameLimits()
    {
        await using var gateway = await GatewayHost.StartAsync(backend, new() { ["Gateway:Admission:MaxImageBytes"] = "4000" });
        var file = Pictures.Unique(20, 10);
        var trailers = await PostAsync(gateway, file.Chunk(50));
        Assert.Contains("grpc-status: 0", trailers);
        trailers = await PostAsync(gateway, new byte[5000].Chunk(500));
        Assert.Contains("grpc-status: 3", trailers);
        Assert.Contains("4000 bytes", Uri.UnescapeDataString(trailers));
    }

    [Theory]
    [InlineData("https://app.example", true)]
    [InlineData("https://evil.example", false)]
    public async Task Cors_OnlyConfiguredOrigins_AreAllowed(string origin, bool allowed)
    {
        await using var gateway = await GatewayHost.StartAsync(backend, new() { ["Gateway:CorsOrigins:0"] = "https://app.example" });
        Assert.Equal(allowed, await PreflightAsync(gateway, origin));
    }

    [Fact]
    public async Task Cors_NothingConfigured_AllowsNoOtherOrigin()
    {
        await using var gateway = await GatewayHost.StartAsync(backend);
        Assert.False(await PreflightAsync(gateway, "https://app.example"));
    }

    private static async Task<bool> PreflightAsync(GatewayHost gateway, string origin)
    {
        using var http = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Options, new Uri(gateway.HttpAddress, "/gpt4roi.v1.ModelService/GetModel"));
        request.Headers.Add("Origin", origin);
        request.Headers.Add("Access-Control-Request-Method", "POST");
        request.Headers.Add("Access-Control-Request-Headers", "content-type,x-grpc-web,x-api-key");
        using var response = await http.SendAsync(request, Cancel);
        return response.Headers.TryGetValues("Access-Control-Allow-Origin", out var values) && values.Single() == origin;
    }

    /// <summary>What a page does with fetch: every message framed as gRPC frames it, one after the other in one body. Gives the trailers.</summary>
    private static async Task<string> PostAsync(GatewayHost gateway, IEnumerable<byte[]> chunks)
    {
        using var body = new MemoryStream();
        foreach (var chunk in chunks)
        {
            var message = new V1.UploadImageRequest { Chunk = ByteString.CopyFrom(chunk) }.ToByteArray();
            var header = new byte[5];
            BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(1), message.Length);
            body.Write(header);
            body.Write(message);
        }
        using var http = new HttpClient();
        using var content = new ByteArrayContent(body.ToArray());
        content.Headers.ContentType = new MediaTypeHeaderValue("application/grpc-web+proto");
        using var response = await http.PostAsync(new Uri(gateway.HttpAddress, "/gpt4roi.v1.ImageService/UploadImage"), content, Cancel);
        var inHeaders = response.Headers.TryGetValues("grpc-status", out var status)
            ? $"grpc-status: {status.Single()} {string.Concat(response.Headers.GetValues("grpc-message"))}"
            : "";
        return inHeaders + System.Text.Encoding.Latin1.GetString(await response.Content.ReadAsByteArrayAsync(Cancel));
    }
}
