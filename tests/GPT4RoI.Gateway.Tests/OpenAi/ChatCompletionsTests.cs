using System.Text;
using System.Text.Json.Nodes;
using GPT4RoI.Contracts.Regions;
using GPT4RoI.Gateway.Tests.Fixtures;

namespace GPT4RoI.Gateway.Tests.OpenAi;

public sealed class ChatCompletionsTests(Backend backend) : IAsyncLifetime
{
    private GatewayHost? _gateway;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _gateway = await GatewayHost.StartAsync(backend);

    public ValueTask DisposeAsync() => _gateway?.DisposeAsync() ?? ValueTask.CompletedTask;

    [Fact]
    public async Task Post_NotStreamed_IsOneCompletion()
    {
        var reply = await Chat.PostAsync(_gateway!, Chat.Question("whole"));

        Assert.Equal(200, reply.Status);
        Assert.NotEmpty(reply.Headers.GetValues("x-request-id"));
        Assert.StartsWith("chatcmpl-", (string?)reply.Json["id"]);
        Assert.True((long)reply.Json["created"]! > 0);
        Assert.StartsWith("fp_", (string?)reply.Json["system_fingerprint"]);
        Assert.Equal("chat.completion fake-model", $"{reply.Json["object"]} {reply.Json["model"]}");
        Assert.Equal(
            """[{"message":{"content":"héllo wörld","role":"assistant","refusal":null},"logprobs":null,"finish_reason":"length","index":0}]""",
            reply.Json["choices"]!.ToJsonString(new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping }));
        Assert.Equal((300, 2, 302, 272, 256, 2), (
            (int)reply.Json["usage"]!["prompt_tokens"]!, (int)reply.Json["usage"]!["completion_tokens"]!, (int)reply.Json["usage"]!["total_tokens"]!,
            (int)reply.Json["usage"]!["prompt_tokens_details"]!["cached_tokens"]!, (int)reply.Json["usage"]!["prompt_tokens_details"]!["image_tokens"]!,
            (int)reply.Json["usage"]!["prompt_tokens_details"]!["region_tokens"]!));
    }

    [Fact]
    public async Task Post_Streamed_IsRoleThenWordsThenReasonThenUsageThenDone()
    {
        var reply = await Chat.PostAsync(_gateway!, Chat.Question("streamed", """ "stream":true,"stream_options":{"include_usage":true} """));

        Assert.Equal(200, reply.Status);
        Assert.EndsWith("\n\ndata: [DONE]\n\n", reply.Body);
        Assert.All(reply.Events, happened => Assert.Equal("chat.completion.chunk", (string?)happened["object"]));
        Assert.Single(reply.Events.Select(happened => (string?)happened["id"]).Distinct());
        Assert.Equal(
            ["assistant||", "|héllo |", "|wörld|", "||length"],
            reply.Events.SkipLast(1).Select(happened => happened["choices"]![0]!).Select(choice => $"{choice["delta"]!["role"]}|{choice["delta"]!["content"]}|{choice["finish_reason"]}"));
        Assert.Empty(reply.Events[^1]["choices"]!.AsArray());
        Assert.Equal(302, (int)reply.Events[^1]["usage"]!["total_tokens"]!);
    }

    [Fact]
    public async Task Post_StreamedWithoutUsage_EndsWithTheReason()
    {
        var reply = await Chat.PostAsync(_gateway!, Chat.Question("streamed, no usage", """ "stream":true """));

        Assert.Equal("length", (string?)reply.Events[^1]["choices"]![0]!["finish_reason"]);
    }

    [Fact]
    public async Task Post_Logprobs_TellsTokensBytesAndAlternatives()
    {
        var reply = await Chat.PostAsync(_gateway!, Chat.Question("logprobs", """ "logprobs":true,"top_logprobs":1 """));

        var token = Assert.Single(reply.Json["choices"]![0]!["logprobs"]!["content"]!.AsArray())!;
        Assert.Equal(("héllo", -0.25f, "[104,195,169,108,108,111]"), ((string?)token["token"], (float)token["logprob"]!, token["bytes"]!.ToJsonString()));
        Assert.Equal("hi", (string?)Assert.Single(token["top_logprobs"]!.AsArray())!["token"]);
        Assert.Equal(1, backend.State.Chatted["logprobs"].Request.Sampling.TopLogprobs);
    }

    [Fact]
    public async Task Post_LogprobsWithoutAlternatives_AsksForOneAndTellsNone()
    {
        var reply = await Chat.PostAsync(_gateway!, Chat.Question("logprobs alone", """ "logprobs":true """));

        Assert.Empty(reply.Json["choices"]![0]!["logprobs"]!["content"]![0]!["top_logprobs"]!.AsArray());
        Assert.Equal(1, backend.State.Chatted["logprobs alone"].Request.Sampling.TopLogprobs);
    }

    [Fact]
    public async Task Post_Parameters_ReachTheEngine()
    {
        await Chat.PostAsync(_gateway!, Chat.Question("parameters", """
            "temperature":0.5,"top_p":0.9,"presence_penalty":0.1,"frequency_penalty":0.2,"max_tokens":7,"max_completion_tokens":8,"seed":-1,"stop":"x","logit_bias":{"5":1.5},"user":"u"
            """));

        var sampling = backend.State.Chatted["parameters"].Request.Sampling;
        Assert.Equal((0.5f, 0.9f, 0.1f, 0.2f), (sampling.Temperature, sampling.TopP, sampling.PresencePenalty, sampling.FrequencyPenalty));
        Assert.Equal((8, ulong.MaxValue, "x", 1.5f), (sampling.MaxTokens, sampling.Seed, sampling.Stop.Single(), sampling.LogitBias[5]));
    }

    [Fact]
    public async Task Post_NullForWhatIsNotSet_IsNothing()
    {
        var reply = await Chat.PostAsync(_gateway!, Chat.Question("nulls", """
            "stream":null,"stream_options":null,"temperature":null,"stop":null,"regions":null,"logprobs":null,"top_logprobs":null,"logit_bias":null,"n":null,"tools":null,"response_format":null
            """));

        Assert.Equal(200, reply.Status);
    }

    [Fact]
    public async Task Post_SecondTurn_BringsHistoryAndRegionsWhereTheyAreFirstMentioned()
    {
        var picture = Chat.Picture(200, 100);
        var first = $$"""{"role":"user","content":[{{Chat.Image(picture)}},{"type":"text","text":"first <region1>?"}]}""";
        await Chat.PostAsync(_gateway!, Chat.Request($"[{first}]", """ "regions":[{"box":[0,0,0.5,1]}] """));
        var reply = await Chat.PostAsync(_gateway!, Chat.Request(
            $$"""[{{first}},{"role":"assistant","content":"A dog."},{"role":"user","content":"left of <region7>, <region1>?"}]""",
            """ "regions":[{"box":[0,0,0.5,1]},{"id":7,"box":[100,50,200,100],"space":"pixels"}] """));

        Assert.Equal(200, reply.Status);
        var (key, request) = backend.State.Chatted["left of <region7>, <region1>?"];
        Assert.Equal(("first <region1>?", "A dog."), (request.History.Single().Question, request.History.Single().Answer));
        Assert.Equal(new Region(1, new(0, 0, 0.5f, 1)), request.History[0].NewRegions.Single());
        Assert.Equal(new Region(7, new(0.5f, 0.5f, 1, 1)), request.NewRegions.Single());
        Assert.Equal(key, backend.State.Chatted["first <region1>?"].Key); // where the prefix is cached
        Assert.Matches($"^local/{request.Image.ImageId[..8]}/[0-9a-f]{{32}}$", key);
    }

    [Theory]
    [InlineData(""" "n":2 """, "n", "unsupported")]
    [InlineData(""" "tools":[{"type":"function"}] """, "tools", "unsupported")]
    [InlineData(""" "response_format":{"type":"json_object"} """, "response_format", "unsupported")]
    [InlineData(""" "stream_options":{"include_usage":true} """, "stream_options", "unsupported")]
    [InlineData(""" "temperature":11 """, "temperature", "sampling_out_of_range")]
    [InlineData(""" "temperature":"warm" """, "temperature", "json")]
    [InlineData(""" "max_tokens":0 """, "max_tokens", "sampling_out_of_range")]
    [InlineData(""" "top_logprobs":3 """, "top_logprobs", "sampling_out_of_range")]
    [InlineData(""" "logprobs":true,"top_logprobs":21 """, "top_logprobs", "sampling_out_of_range")]
    [InlineData(""" "logit_bias":{"word":1} """, "logit_bias", "sampling_out_of_range")]
    [InlineData(""" "stop":["1","2","3","4","5","6","7","8","9","10","11","12","13","14","15","16","17"] """, "stop", "sampling_too_many")]
    [InlineData(""" "regions":[{"box":[0,0,1]}] """, "regions[0].box", "box_shape")]
    [InlineData(""" "regions":[{"box":[0,0,2,1]}] """, "regions[0].box.x2", "box_out_of_range")]
    [InlineData(""" "regions":[{"box":[0,0,1,1],"space":"inches"}] """, "regions[0].space", "box_space")]
    [InlineData(""" "regions":[{"box":[0,0,1,1]}] """, "regions", "region_not_mentioned")]
    [InlineData(""" "regions":[{"id":1,"box":[0,0,1,1]},{"id":1,"box":[0,0,1,1]}] """, "regions[1].id", "region_id_repeated")]
    public async Task Post_WrongField_Is400AndNamesIt(string more, string param, string code) =>
        AssertError(400, param, code, await Chat.PostAsync(_gateway!, Chat.Question("wrong", more)));

    [Theory]
    [InlineData("[]", "messages")]
    [InlineData("""[{"role":"user","content":"no picture"}]""", "messages")]
    [InlineData("""[{"role":"system","content":"be nice"},{"role":"user","content":"?"}]""", "messages[0].role")]
    [InlineData("""[{"role":"user","content":[{"type":"image_url","image_url":{"url":"http://127.0.0.1/secret.png"}},{"type":"text","text":"?"}]}]""", "messages[0].content[0].image_url")]
    [InlineData("""[{"role":"user","content":[{"type":"image_url","image_url":{"url":"data:image/png;base64,!!!!"}},{"type":"text","text":"?"}]}]""", "messages[0].content[0].image_url")]
    [InlineData("""[{"role":"user","content":[{"type":"image_url","image_url":{"url":"data:image/png;base64,aGVsbG8="}},{"type":"text","text":"?"}]}]""", "messages")]
    [InlineData("""[{"role":"user","content":[{"type":"input_audio"}]}]""", "messages[0].content[0]")]
    [InlineData("""[{"role":"user","content":[{"type":"text","text":""}]}]""", "messages[0].content")]
    [InlineData("""[{"role":"user","content":7}]""", "messages[0].content")]
    [InlineData("""[{"role":"user","content":[{"type":7}]}]""", "messages[0].content")]
    [InlineData("""[{"role":"user","content":[null]}]""", "messages[0].content[0]")]
    [InlineData("[null]", "messages[0].role")]
    [InlineData("null", "messages")]
    public async Task Post_WrongMessages_Is400AndNamesThem(string messages, string param)
    {
        var reply = await Chat.PostAsync(_gateway!, Chat.Request(messages));

        Assert.Equal((400, param), (reply.Status, (string?)reply.Json["error"]!["param"]));
    }

    [Fact]
    public async Task Post_TwoPictures_IsRefused()
    {
        var part = Chat.Image(Chat.Picture());

        AssertError(400, "messages", "messages", await Chat.PostAsync(_gateway!, Chat.Request($$"""[{"role":"user","content":[{{part}},{{part}},{"type":"text","text":"?"}]}]""")));
    }

    [Fact]
    public async Task Post_HistoryWithoutEnd_IsRefused()
    {
        var first = $$"""{"role":"user","content":[{{Chat.Image(Chat.Picture())}},{"type":"text","text":"?"}]}""";
        const string more = """,{"role":"assistant","content":"."},{"role":"user","content":"?"}""";

        var tooMany = await Chat.PostAsync(_gateway!, Chat.Request($"[{first}{string.Concat(Enumerable.Repeat(more, 101))}]"));
        var tooLong = await Chat.PostAsync(_gateway!, Chat.Request($"[{first}{more.Replace("\".\"", $"\"{new string('a', 32_001)}\"", StringComparison.Ordinal)}]"));

        AssertError(400, "messages", "messages", tooMany);
        Assert.Contains("203 messages; the limit is 201", (string?)tooMany.Json["error"]!["message"]);
        AssertError(400, "messages[1].content", "answer_too_long", tooLong);
    }

    [Fact]
    public async Task Post_AnotherModel_Is404()
    {
        var body = Chat.Question("model");
        body["model"] = "gpt-4";

        AssertError(404, "model", "model_not_found", await Chat.PostAsync(_gateway!, body));
    }

    [Fact]
    public async Task Post_AnotherContentType_IsRefusedUnread() // what a page of another site can send without asking
        => AssertError(400, "content-type", "content_type", await Chat.PostAsync(_gateway!, Chat.Question("type"), type: "text/plain"));

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Post_QueueFull_Is429WithRetryAfter_BeforeTheStreamBegins(bool stream)
    {
        var reply = await Chat.PostAsync(_gateway!, Chat.Question($"{Answers.Refuse} {stream}", $""" "stream":{(stream ? "true" : "false")} """));

        AssertError(429, "messages", "queue_full", reply);
        Assert.Equal("rate_limit_error", (string?)reply.Json["error"]!["type"]);
        Assert.Equal(TimeSpan.FromSeconds(3), reply.Headers.RetryAfter!.Delta);
    }

    [Theory]
    [InlineData(Answers.Throw, 500)]
    [InlineData(Answers.TimeOut, 503)]
    public async Task Post_ClusterFails_TellsNothingOfTheException(string question, int status)
    {
        await using var gateway = await GatewayHost.StartAsync(backend, new() { ["Cluster:FailoverTimeout"] = "00:00:00" });

        var reply = await Chat.PostAsync(gateway, Chat.Question($"{question} openai"));

        Assert.Equal((status, "server_error"), (reply.Status, (string?)reply.Json["error"]!["type"]));
        Assert.DoesNotContain(FakeState.Secret, reply.Body);
    }

    [Fact]
    public async Task Post_StreamBreaksAfterItBegan_EndsWithAnErrorAndNoDone()
    {
        var reply = await Chat.PostAsync(_gateway!, Chat.Question($"{Answers.Silent} openai", """ "stream":true """));

        Assert.Equal(200, reply.Status);
        Assert.DoesNotContain("[DONE]", reply.Body);
        Assert.Equal("stream_ended", (string?)reply.Events[^1]["error"]!["code"]);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Post_ClientLeaves_EndsTheTurn(bool stream)
    {
        var question = $"{Answers.Hang} openai {stream}";
        using var leaving = new CancellationTokenSource();
        using var http = new HttpClient();
        using var content = new StringContent(Chat.Question(question, $""" "stream":{(stream ? "true" : "false")} """).ToJsonString(), Encoding.UTF8, "application/json");
        var post = http.PostAsync(new Uri(_gateway!.HttpAddress, "/v1/chat/completions"), content, leaving.Token);
        await backend.State.Hanging(question).Task.WaitAsync(TimeSpan.FromSeconds(20), Cancel);

        await leaving.CancelAsync();

        await backend.State.Cancelled(question).Task.WaitAsync(TimeSpan.FromSeconds(20), Cancel);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => post);
    }

    [Fact]
    public async Task Post_WithKeys_NeedsOne()
    {
        await using var gateway = await GatewayHost.StartAsync(backend, ApiKeys.For(("key-of-acme", "acme")));

        AssertError(401, null, "api_key_missing", await Chat.PostAsync(gateway, Chat.Question("key")));
        AssertError(401, null, "invalid_api_key", await Chat.PostAsync(gateway, Chat.Question("key"), "another-key"));
        AssertError(401, null, "api_key_missing", await Chat.GetAsync(gateway, "/v1/models"));
        Assert.Equal(200, (await Chat.PostAsync(gateway, Chat.Question("keyed"), "key-of-acme")).Status);
        Assert.Equal("acme", backend.State.Chatted["keyed"].Request.TenantId);
    }

    [Fact]
    public async Task Post_TooManyCalls_Is429AndHeadersTellTheLimit()
    {
        await using var gateway = await GatewayHost.StartAsync(
            backend, new() { ["Gateway:Admission:RequestsPerSecond"] = "1", ["Gateway:Admission:RequestBurst"] = "2" });

        var first = await Chat.GetAsync(gateway, "/v1/models");
        await Chat.GetAsync(gateway, "/v1/models");
        var third = await Chat.GetAsync(gateway, "/v1/models");
        for (var more = 0; third.Status == 200 && more < 20; more++)
        {
            third = await Chat.GetAsync(gateway, "/v1/models");
        }

        Assert.Equal(("2", "1"), (first.Headers.GetValues("x-ratelimit-limit-requests").Single(), first.Headers.GetValues("x-ratelimit-remaining-requests").Single()));
        AssertError(429, null, "rate_limit_exceeded", third);
        Assert.True(third.Headers.RetryAfter!.Delta > TimeSpan.Zero);
    }

    [Fact]
    public async Task Post_AnswersOfATenantAllOpen_Is429()
    {
        await using var gateway = await GatewayHost.StartAsync(backend, new() { ["Gateway:Admission:MaxStreamsPerTenant"] = "1" });
        const string question = $"{Answers.Hang} one slot";
        using var leaving = new CancellationTokenSource();
        using var http = new HttpClient();
        using var content = new StringContent(Chat.Question(question).ToJsonString(), Encoding.UTF8, "application/json");
        var post = http.PostAsync(new Uri(gateway.HttpAddress, "/v1/chat/completions"), content, leaving.Token);
        await backend.State.Hanging(question).Task.WaitAsync(TimeSpan.FromSeconds(20), Cancel);

        AssertError(429, null, "tenant_streams", await Chat.PostAsync(gateway, Chat.Question("second slot")));

        await leaving.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => post);
    }

    [Fact]
    public async Task Post_PictureTooLarge_Is413()
    {
        await using var gateway = await GatewayHost.StartAsync(backend, new() { ["Gateway:Admission:MaxImageBytes"] = "2000" });
        var body = Chat.Request($$"""[{"role":"user","content":[{{Chat.Image($"data:image/png;base64,{Convert.ToBase64String(new byte[2400])}")}},{"type":"text","text":"?"}]}]""");

        AssertError(413, "messages", "image_too_large", await Chat.PostAsync(gateway, body));
        body["messages"]![0]!["content"]![0]!["image_url"]!["url"] = $"data:image/png;base64,{Convert.ToBase64String(new byte[9000])}";
        AssertError(413, "messages", "body_too_large", await Chat.PostAsync(gateway, body));
    }

    [Fact]
    public async Task Models_AreTheServedOne()
    {
        Assert.Equal("""{"data":[{"id":"fake-model","object":"model","created":0,"owned_by":"gpt4roi"}],"object":"list"}""", (await Chat.GetAsync(_gateway!, "/v1/models")).Body);
        Assert.Equal("fake-model", (string?)(await Chat.GetAsync(_gateway!, "/v1/models/fake-model")).Json["id"]);
        AssertError(404, "model", "model_not_found", await Chat.GetAsync(_gateway!, "/v1/models/gpt-4"));
    }

    private static void AssertError(int status, string? param, string code, Chat reply)
    {
        Assert.True(status == reply.Status, $"{reply.Status}: {reply.Body}");
        JsonNode error = reply.Json["error"]!;
        Assert.Equal((param, code), ((string?)error["param"], (string?)error["code"]));
        Assert.NotEmpty((string)error["message"]!);
    }
}
