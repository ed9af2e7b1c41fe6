using System.Text;
using GPT4RoI.Gateway.Tests.Fixtures;

namespace GPT4RoI.Gateway.Tests.Rest;

public sealed class RestTests(Backend backend) : IAsyncLifetime
{
    private GatewayHost? _gateway;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private GatewayHost Gateway => _gateway!;

    public async ValueTask InitializeAsync() => _gateway = await GatewayHost.StartAsync(backend);

    public ValueTask DisposeAsync() => _gateway?.DisposeAsync() ?? ValueTask.CompletedTask;

    [Fact]
    public async Task Upload_IsTheImageThatGrpcFinds()
    {
        var file = Pictures.Unique(40, 30);
        var uploaded = await Gateway.UploadAsync(file);
        Assert.Equal(200, uploaded.Status);
        var id = (string)uploaded.Json["image"]!["id"]!;
        Assert.Equal(id, (await Gateway.Images.UploadAsync(file, Cancel)).Id);
        var found = await Gateway.GetAsync($"images/{id}");
        Assert.Equal((40, 30, "image/png"), ((int)found.Json["image"]!["width"]!, (int)found.Json["image"]!["height"]!, (string?)found.Json["image"]!["mediaType"]));
        Assert.Equal(200, (await Gateway.DeleteAsync($"images/{id}")).Status);
        Assert.Equal((404, "IMAGE_NOT_FOUND"), (await Gateway.GetAsync($"images/{id}")) is var gone ? (gone.Status, gone.Reason) : default);
    }

    [Fact]
    public async Task Ask_StreamsAnEventPerLine()
    {
        var conversation = await ConversationAsync();

        var reply = await Gateway.PostAsync(
            $"conversations/{conversation}:ask",
            """{"question":"streamed <region1>?","newRegions":[{"id":1,"box":{"x1":0.1,"y1":0.1,"x2":0.5,"y2":0.5,"space":"COORDINATE_SPACE_NORMALIZED"}}],"sampling":{"maxTokens":4}}""");

        Assert.Equal(200, reply.Status);
        Assert.Equal("héllo wörld", string.Concat(reply.Lines.Select(line => (string?)line["tokens"]?["text"])));
        Assert.Equal("héllo wörld", (string?)reply.Lines[^1]["finished"]!["answer"]);
        Assert.Equal("STAGE_QUEUED", (string?)reply.Lines[0]["progress"]!["stage"]);
    }

    [Fact]
    public async Task Ask_FailsOnTheWay_TellsItInTheLastLine()
    {
        var conversation = await ConversationAsync();

        var reply = await Gateway.PostAsync($"conversations/{conversation}:ask", $$"""{"question":"{{Answers.Refuse}} it"}""");

        Assert.Equal((200, "STAGE_QUEUED"), (reply.Status, (string?)reply.Lines[0]["progress"]!["stage"]));
        Assert.Equal((8, "The queue holds 512 requests."), ((int)reply.Lines[^1]["code"]!, (string?)reply.Lines[^1]["message"]));
        Assert.Contains("QUEUE_FULL", reply.Lines[^1]["details"]!.ToJsonString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Ask_ClientLeaves_IsCancelled()
    {
        var question = $"{Answers.Hang} until the client of JSON leaves";
        var conversation = await ConversationAsync();
        using var http = new HttpClient { BaseAddress = Gateway.HttpAddress };
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri($"/gpt4roi/v1/conversations/{conversation}:ask", UriKind.Relative))
        {
            Content = new StringContent($$"""{"question":"{{question}}"}""", Encoding.UTF8, "application/json"),
        };
        using (await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Cancel))
        {
            await backend.State.Hanging(question).Task.WaitAsync(Cancel);
        }
        await backend.State.Cancelled(question).Task.WaitAsync(Cancel);
    }

    [Fact]
    public async Task DescribeRegions_AnswersForEach()
    {
        var image = (string)(await Gateway.UploadAsync(Pictures.Unique())).Json["image"]!["id"]!;

        var reply = await Gateway.PostAsync($"images/{image}:describeRegions", """{"regions":[{"id":7,"box":{"x2":1,"y2":1,"space":"COORDINATE_SPACE_NORMALIZED"}}]}""");

        Assert.Equal(200, reply.Status);
        Assert.All(reply.Lines, line => Assert.Equal(7, (int)line["regionId"]!));
        Assert.NotNull(reply.Lines[^1]["finished"]);
    }

    [Fact]
    public async Task Conversations_AreListedFoundAndDeleted()
    {
        var conversation = await ConversationAsync();

        Assert.Contains(conversation, (await Gateway.GetAsync("conversations?page_size=100")).Body, StringComparison.Ordinal);
        Assert.Equal(conversation, (string?)(await Gateway.GetAsync($"conversations/{conversation}")).Json["conversation"]!["id"]);
        Assert.Equal(200, (await Gateway.DeleteAsync($"conversations/{conversation}")).Status);
        Assert.Equal(404, (await Gateway.GetAsync($"conversations/{conversation}")).Status);
        Assert.Equal("fake-model", (string?)(await Gateway.GetAsync("model")).Json["name"]);
    }

    [Fact]
    public async Task WrongField_IsNamedWithItsReason()
    {
        var conversation = await ConversationAsync();
        var reply = await Gateway.PostAsync($"conversations/{conversation}:ask", """{"question":"why?","sampling":{"temperature":11}}""");
        Assert.Equal((400, 3, "sampling.temperature"), (reply.Status, (int)reply.Json["code"]!, reply.Field));
        Assert.NotNull(reply.Reason);
    }

    [Theory]
    [InlineData("""{"question":""")]
    [InlineData("[]")]
    [InlineData("""{"question":{"a":1}}""")]
    [InlineData("""{"question":"why?","sampling":{"maxTokens":"many"}}""")]
    public async Task BrokenJson_IsInvalid_WithNoWordOfTheParser(string body)
    {
        var conversation = await ConversationAsync();
        var reply = await Gateway.PostAsync($"conversations/{conversation}:ask", body);
        Assert.Equal((400, "Request JSON payload is not correctly formatted."), (reply.Status, (string?)reply.Json["message"]));
    }

    [Theory]
    [InlineData("text/plain")]
    [InlineData("application/x-www-form-urlencoded")]
    public async Task TypeThatAPageMaySendUnasked_IsRefused(string type)
    {
        var image = (string)(await Gateway.UploadAsync(Pictures.Unique())).Json["image"]!["id"]!;
        Assert.Equal(400, (await Gateway.PostAsync("conversations", $$"""{"imageId":"{{image}}"}""", type: type)).Status);
        var upload = await Gateway.UploadAsync(Pictures.Unique(), type);
        Assert.Equal((400, "CONTENT_TYPE", "content-type"), (upload.Status, upload.Reason, upload.Field));
        Assert.Equal(400, (await Gateway.UploadAsync(Pictures.Unique(), type: null)).Status);
    }

    [Fact]
    public async Task Upload_NoImageOrTooLarge_IsRefused()
    {
        await using var gateway = await GatewayHost.StartAsync(backend, new() { ["Gateway:Admission:MaxImageBytes"] = "2048" });
        var words = await gateway.UploadAsync(Encoding.UTF8.GetBytes("no image"));
        Assert.Equal((400, "IMAGE_TYPE", "body"), (words.Status, words.Reason, words.Field));
        Assert.Equal("IMAGE_EMPTY", (await gateway.UploadAsync([])).Reason);
        var large = await gateway.UploadAsync(new byte[3000]);
        Assert.Equal((400, "IMAGE_TOO_LARGE"), (large.Status, large.Reason));
        var larger = await gateway.UploadAsync(new byte[10_000]); // the server itself reads no more than twice an image
        Assert.Equal((400, "BODY_TOO_LARGE", "body"), (larger.Status, larger.Reason, larger.Field));
        Assert.DoesNotContain(gateway.Logs, record => record.Level >= Microsoft.Extensions.Logging.LogLevel.Error);
    }

    [Fact]
    public async Task LargeBody_IsRefused_UnreadAndByAnybody()
    {
        await using var gateway = await GatewayHost.StartAsync(backend, ApiKeys.For(("key", "acme")));
        var reply = await gateway.PostAsync("conversations", $$"""{"imageId":"{{new string('a', 3 * 1024 * 1024)}}"}""");
        Assert.Equal((400, "Request body too large."), (reply.Status, ((string?)reply.Json["message"])?[..23])); // not 401: that comes behind the body
    }

    [Fact]
    public async Task WithoutKey_NothingIsToBeHad()
    {
        await using var gateway = await GatewayHost.StartAsync(backend, ApiKeys.For(("key", "acme")));
        var file = Pictures.Unique();
        foreach (var reply in new[] { await gateway.UploadAsync(file), await gateway.GetAsync("model"), await gateway.PostAsync("conversations", "{}") })
        {
            Assert.Equal((401, 16, "API_KEY_MISSING"), (reply.Status, (int)reply.Json["code"]!, reply.Reason));
        }
        Assert.Equal((401, "API_KEY_INVALID"), (await gateway.UploadAsync(file, key: "other")) is var wrong ? (wrong.Status, wrong.Reason) : default);
        Assert.Equal(200, (await gateway.UploadAsync(file, key: "key")).Status);
    }

    [Fact]
    public async Task TooManyRequests_SaysWhenToComeBack()
    {
        await using var gateway = await GatewayHost.StartAsync(backend, new() { ["Gateway:Admission:RequestsPerSecond"] = "1", ["Gateway:Admission:RequestBurst"] = "1" });
        await gateway.GetAsync("model");
        var reply = await gateway.GetAsync("model");
        Assert.Equal(429, reply.Status);
        Assert.NotNull(reply.Detail("RetryInfo")!["retryDelay"]);
    }

    private async Task<string> ConversationAsync()
    {
        var image = (string)(await Gateway.UploadAsync(Pictures.Unique())).Json["image"]!["id"]!;
        return (string)(await Gateway.PostAsync("conversations", $$"""{"imageId":"{{image}}"}""")).Json["conversation"]!["id"]!;
    }
}
