using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using GPT4RoI.Gateway.Tests.Fixtures;

namespace GPT4RoI.Gateway.Tests.Rest;

/// <summary>A call as any HTTP client makes it, and what came back.</summary>
internal sealed record RestReply(int Status, string Body, HttpResponseHeaders Headers)
{
    public JsonNode Json => JsonNode.Parse(Body)!;

    /// <summary>What a streaming call sent, one JSON object per line.</summary>
    public IReadOnlyList<JsonNode> Lines => [.. Body.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonNode.Parse(line)!)];

    /// <summary>A field of google.rpc.ErrorInfo, BadRequest or RetryInfo.</summary>
    public JsonNode? Detail(string type) => Json["details"]!.AsArray().SingleOrDefault(detail => (string?)detail!["@type"] == $"type.googleapis.com/google.rpc.{type}");

    public string? Reason => (string?)Detail("ErrorInfo")?["reason"];

    public string? Field => (string?)Detail("BadRequest")?["fieldViolations"]![0]!["field"];
}

internal static class RestCalls
{
    private static readonly HttpClient Http = new() { Timeout = TimeSpan.FromSeconds(30) };

    public static Task<RestReply> GetAsync(this GatewayHost gateway, string path, string? key = null) => gateway.SendAsync(HttpMethod.Get, path, null, key);

    public static Task<RestReply> DeleteAsync(this GatewayHost gateway, string path, string? key = null) => gateway.SendAsync(HttpMethod.Delete, path, null, key);

    public static Task<RestReply> PostAsync(this GatewayHost gateway, string path, string json, string? key = null, string type = "application/json") =>
        gateway.SendAsync(HttpMethod.Post, path, new StringContent(json, Encoding.UTF8, type), key);

    public static Task<RestReply> UploadAsync(this GatewayHost gateway, byte[] image, string? type = "image/png", string? key = null)
    {
        var content = new ByteArrayContent(image);
        content.Headers.ContentType = type is null ? null : new(type);
        return gateway.SendAsync(HttpMethod.Post, "images", content, key);
    }

    public static async Task<RestReply> SendAsync(this GatewayHost gateway, HttpMethod method, string path, HttpContent? content, string? key)
    {
        using var request = new HttpRequestMessage(method, new Uri(gateway.HttpAddress, $"/gpt4roi/v1/{path}")) { Content = content };
        request.Headers.Authorization = key is null ? null : new("Bearer", key);
        using var reply = await Http.SendAsync(request, TestContext.Current.CancellationToken);
        return new((int)reply.StatusCode, await reply.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), reply.Headers);
    }
}
