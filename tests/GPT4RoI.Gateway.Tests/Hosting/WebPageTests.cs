using System.Net;
using System.Text.RegularExpressions;
using GPT4RoI.Gateway.Tests.Fixtures;

namespace GPT4RoI.Gateway.Tests.Hosting;

/// <summary>The page at the root of the HTTP/1.1 port.</summary>
public sealed partial class WebPageTests(Backend backend)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Root_IsThePage_AskedForAgainEachTime_UnderAStrictPolicy()
    {
        await using var gateway = await GatewayHost.StartAsync(backend);
        using var response = await SendAsync(gateway, HttpMethod.Get, "/");

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("text/html", response.Content.Headers.ContentType?.MediaType);
        Assert.True(response.Headers.CacheControl?.NoCache);
        Assert.NotNull(response.Headers.ETag);
        AssertGuarded(response);
        var policy = Header(response, "Content-Security-Policy");
        Assert.Contains("default-src 'none'", policy);
        Assert.Contains("frame-ancestors 'none'", policy);
        Assert.DoesNotContain("unsafe", policy);
        var page = await response.Content.ReadAsStringAsync(Cancel);
        Assert.DoesNotContain(" style=", page);
        Assert.DoesNotMatch(InlineScript(), page);
    }

    [Fact]
    public async Task Asset_NamedByItsContent_IsKept()
    {
        await using var gateway = await GatewayHost.StartAsync(backend);
        using var page = await SendAsync(gateway, HttpMethod.Get, "/");
        var assets = Asset().Matches(await page.Content.ReadAsStringAsync(Cancel)).Select(match => match.Value).ToList();

        Assert.Contains(assets, asset => asset.EndsWith(".js", StringComparison.Ordinal));
        Assert.Contains(assets, asset => asset.EndsWith(".css", StringComparison.Ordinal));
        foreach (var asset in assets)
        {
            using var response = await SendAsync(gateway, HttpMethod.Get, asset);
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
            Assert.Contains("immutable", Header(response, "Cache-Control"));
            AssertGuarded(response);
        }
    }

    [Fact]
    public async Task Root_NotChangedSince_IsNotSentAgain()
    {
        await using var gateway = await GatewayHost.StartAsync(backend);
        using var first = await SendAsync(gateway, HttpMethod.Get, "/");
        using var second = await SendAsync(gateway, HttpMethod.Get, "/", request => request.Headers.IfNoneMatch.Add(first.Headers.ETag!));

        Assert.Equal(HttpStatusCode.NotModified, second.StatusCode);
        AssertGuarded(second);
    }

    [Fact]
    public async Task Root_OfAServerWithKeys_NeedsNone()
    {
        await using var gateway = await GatewayHost.StartAsync(backend, ApiKeys.For(("key", "acme")));
        using var response = await SendAsync(gateway, HttpMethod.Head, "/");
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    [Theory]
    [InlineData("GET", "/index.htm")]
    [InlineData("GET", "/assets/")]
    [InlineData("GET", "/assets/none.js")]
    [InlineData("GET", "/../appsettings.json")]
    [InlineData("GET", "/%2e%2e/appsettings.json")]
    [InlineData("POST", "/")]
    [InlineData("PUT", "/index.html")]
    [InlineData("DELETE", "/index.html")]
    public async Task AnythingElse_IsNotServed(string method, string path)
    {
        await using var gateway = await GatewayHost.StartAsync(backend);
        using var response = await SendAsync(gateway, new HttpMethod(method), path);
        Assert.Contains(response.StatusCode, new[] { HttpStatusCode.NotFound, HttpStatusCode.MethodNotAllowed });
    }

    [Fact]
    public async Task Api_HasNoneOfThePagesHeaders()
    {
        await using var gateway = await GatewayHost.StartAsync(backend);
        using var response = await SendAsync(gateway, HttpMethod.Post, "/gpt4roi.v1.ModelService/GetModel", request =>
        {
            request.Content = new ByteArrayContent(new byte[5]);
            request.Content.Headers.ContentType = new("application/grpc-web+proto");
        });
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.False(response.Headers.Contains("Content-Security-Policy"));
        Assert.False(response.Headers.Contains("Cache-Control"));
    }

    private static void AssertGuarded(HttpResponseMessage response)
    {
        Assert.Contains("script-src 'self'", Header(response, "Content-Security-Policy"));
        Assert.Equal("nosniff", Header(response, "X-Content-Type-Options"));
        Assert.Equal("no-referrer", Header(response, "Referrer-Policy"));
        Assert.Contains("camera=()", Header(response, "Permissions-Policy"));
    }

    private static string Header(HttpResponseMessage response, string name) => string.Join(", ", response.Headers.GetValues(name));

    private static async Task<HttpResponseMessage> SendAsync(
        GatewayHost gateway, HttpMethod method, string path, Action<HttpRequestMessage>? configure = null)
    {
        using var http = new HttpClient();
        using var request = new HttpRequestMessage(method, new Uri($"http://127.0.0.1:{gateway.HttpAddress.Port}{path}"));
        configure?.Invoke(request);
        return await http.SendAsync(request, Cancel);
    }

    [GeneratedRegex("/assets/[^\"]+")]
    private static partial Regex Asset();

    [GeneratedRegex("<script(?![^>]* src=)")]
    private static partial Regex InlineScript();
}
