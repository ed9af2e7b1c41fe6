using System.Text.Json.Nodes;
using Google.Protobuf.Reflection;
using GPT4RoI.Gateway.Tests.Fixtures;

namespace GPT4RoI.Gateway.Tests.Rest;

public sealed class OpenApiTests(Backend backend)
{
    /// <summary>A file that takes the document: set after a change of the protos, to src/GPT4RoI.Gateway/Rest/openapi.json.</summary>
    private const string Target = "GPT4ROI_OPENAPI";

    private static readonly ServiceDescriptor[] Services =
        [V1.ImageService.Descriptor, V1.ConversationService.Descriptor, V1.RegionService.Descriptor, V1.ModelService.Descriptor];

    [Fact]
    public async Task Document_IsWhatTheProtosSay()
    {
        await using var gateway = await GatewayHost.StartAsync(backend, configure: ApiDocument.Add);
        var document = ApiDocument.Write(gateway.Services);
        if (Environment.GetEnvironmentVariable(Target) is { Length: > 0 } file)
        {
            await File.WriteAllTextAsync(file, document, TestContext.Current.CancellationToken);
        }
        Assert.Equal(document, await DocumentOfAsync(gateway));
    }

    [Fact]
    public async Task EveryPath_IsThere_AndEveryCallHasOne()
    {
        await using var gateway = await GatewayHost.StartAsync(backend, ApiKeys.For(("key", "acme")));
        var operations = JsonNode.Parse(await DocumentOfAsync(gateway))!["paths"]!.AsObject()
            .SelectMany(path => path.Value!.AsObject().Select(operation => (Path: path.Key, Method: operation.Key))).ToList();

        Assert.Equal(Services.Sum(service => service.Methods.Count), operations.Count);
        foreach (var (path, method) in operations)
        {
            using var content = method == "post" ? new StringContent("{}", System.Text.Encoding.UTF8, "application/json") : null;
            var reply = await gateway.SendAsync(HttpMethod.Parse(method), path["/gpt4roi/v1/".Length..], content, key: null);
            Assert.True(reply.Status == 401, $"{method} {path}: {reply.Status} {reply.Body}");
        }
        Assert.Equal(404, (await gateway.GetAsync("nowhere")).Status);
    }

    [Fact]
    public async Task ReferencePage_HasItsScriptsHere_AndAPolicy()
    {
        await using var gateway = await GatewayHost.StartAsync(backend, ApiKeys.For(("key", "acme")));
        using var http = new HttpClient { BaseAddress = gateway.HttpAddress };
        using var page = await http.GetAsync(new Uri("/reference/index.html", UriKind.Relative), TestContext.Current.CancellationToken);
        var html = await page.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.Equal(200, (int)page.StatusCode);
        Assert.StartsWith("default-src 'none'", page.Headers.GetValues("Content-Security-Policy").Single());
        Assert.DoesNotContain("http", html.Replace("http-equiv", "", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    private static async Task<string> DocumentOfAsync(GatewayHost gateway)
    {
        using var http = new HttpClient { BaseAddress = gateway.HttpAddress };
        return await http.GetStringAsync(new Uri("/openapi.json", UriKind.Relative), TestContext.Current.CancellationToken);
    }
}
