using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using GPT4RoI.Gateway.Tests.Fixtures;

namespace GPT4RoI.Gateway.Tests.OpenAi;

/// <summary>Requests as OpenAI's clients send them, and what came back.</summary>
internal sealed record Chat(int Status, string Body, HttpResponseHeaders Headers)
{
    private static readonly HttpClient Http = new() { Timeout = TimeSpan.FromSeconds(30) };

    public JsonNode Json => JsonNode.Parse(Body)!;

    /// <summary>The events of a stream, without the mark of its end.</summary>
    public IReadOnlyList<JsonNode> Events =>
        [.. Body.Split("\n\n", StringSplitOptions.RemoveEmptyEntries).Select(line => line["data: ".Length..]).Where(data => data != "[DONE]").Select(data => JsonNode.Parse(data)!)];

    /// <summary>A question about a picture of its own.</summary>
    public static JsonObject Question(string text, string? more = null) => Request($$"""[{"role":"user","content":[{{Image(Picture())}},{"type":"text","text":"{{text}}"}]}]""", more);

    /// <summary>A part with a picture.</summary>
    public static string Image(string uri) => $$$"""{"type":"image_url","image_url":{"url":"{{{uri}}}"}}""";

    /// <summary>Any messages.</summary>
    public static JsonObject Request(string messages, string? more = null)
    {
        var body = JsonNode.Parse($$"""{"model":"fake-model","messages":{{messages}}{{(more is null ? "" : $",{more}")}}}""")!.AsObject();
        return body;
    }

    public static string Picture(int width = 32, int height = 24) => $"data:image/png;base64,{Convert.ToBase64String(Pictures.Unique(width, height))}";

    public static async Task<Chat> PostAsync(GatewayHost gateway, JsonNode body, string? key = null, string type = "application/json")
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(gateway.HttpAddress, "/v1/chat/completions"))
        {
            Content = new StringContent(body.ToJsonString(), Encoding.UTF8, type),
        };
        return await SendAsync(request, key);
    }

    public static async Task<Chat> GetAsync(GatewayHost gateway, string path, string? key = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(gateway.HttpAddress, path));
        return await SendAsync(request, key);
    }

    private static async Task<Chat> SendAsync(HttpRequestMessage request, string? key)
    {
        request.Headers.Authorization = key is null ? null : new("Bearer", key);
        using var reply = await Http.SendAsync(request, TestContext.Current.CancellationToken);
        return new((int)reply.StatusCode, await reply.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), reply.Headers);
    }
}
