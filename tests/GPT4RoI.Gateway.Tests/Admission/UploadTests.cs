using Google.Protobuf;
using GPT4RoI.Gateway.Tests.Fixtures;
using Grpc.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace GPT4RoI.Gateway.Tests.Admission;

/// <summary>What an upload may be, seen from outside.</summary>
public sealed class UploadTests(Backend backend)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task UploadImage_MoreBytesThanAllowed_IsRefusedWhileReceiving()
    {
        await using var gateway = await GatewayHost.StartAsync(backend, new() { ["Gateway:Admission:MaxImageBytes"] = "20000" });
        using var call = gateway.Images.UploadImage(cancellationToken: Cancel);
        for (var sent = 0; sent <= 20_000; sent += 5000)
        {
            await call.RequestStream.WriteAsync(new() { Chunk = ByteString.CopyFrom(new byte[5000]) }, Cancel);
        }
        var refused = await Calls.RefusesAsync("chunk", () => call.ResponseAsync); // the request stream is still open
        Assert.Equal("IMAGE_TOO_LARGE", refused.Reason());
        Assert.Contains("20000", refused.Status.Detail);
    }

    [Theory]
    [InlineData(1024 * 1024 + 1, StatusCode.InvalidArgument)]
    [InlineData(3 * 1024 * 1024, StatusCode.ResourceExhausted)] // refused by its frame's header, before its bytes come
    public async Task UploadImage_ChunkTooLarge_IsRefused(int size, StatusCode code)
    {
        await using var gateway = await GatewayHost.StartAsync(backend);
        await Calls.FailsAsync(code, () => gateway.Images.UploadAsync(new byte[size], Cancel, chunk: size));
    }

    [Fact]
    public async Task UploadImage_Nothing_IsRefused()
    {
        await using var gateway = await GatewayHost.StartAsync(backend);
        Assert.Equal("IMAGE_EMPTY", (await Calls.RefusesAsync("chunk", () => gateway.Images.UploadAsync([], Cancel))).Reason());
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(1, 700)]
    [InlineData(700, 1)]
    public async Task UploadImage_ThinImages_CanBeTalkedAbout(int width, int height)
    {
        await using var gateway = await GatewayHost.StartAsync(backend);
        var image = await gateway.Images.UploadAsync(Pictures.Unique(width, height), Cancel);
        Assert.Equal((width, height), (image.Width, image.Height));
        var conversation = await gateway.StartAsync(image, Cancel);
        var whole = Calls.Region(1, 0, 0, width, height, V1.CoordinateSpace.Pixels);
        Assert.NotEmpty(await gateway.Conversations.AskAsync(new() { ConversationId = conversation.Id, Question = "<region1>?", NewRegions = { whole } }, Cancel));
    }

    [Fact]
    public async Task UploadImage_StreamOfPixelBombs_IsRefusedWithoutTheirMemory()
    {
        await using var gateway = await GatewayHost.StartAsync(backend);
        var before = Environment.WorkingSet;
        for (var i = 0; i < 20; i++)
        {
            var refused = await Calls.RefusesAsync("chunk", () => gateway.Images.UploadAsync(Pictures.Claiming(40_000, 40_000), Cancel));
            Assert.Equal("IMAGE_SIDE", refused.Reason());
        }
        Assert.InRange(Environment.WorkingSet - before, long.MinValue, 1L << 30); // one of them decoded would be 6.4 GB
    }

    [Theory]
    [InlineData("<svg xmlns=\"http://www.w3.org/2000/svg\"/>")]
    [InlineData("http://169.254.169.254/latest/meta-data")]
    [InlineData("\u0089PNG\r\n\u001a\nand no header")]
    [InlineData("\u00ff\u00d8\u00ff\u00e0broken")]
    public async Task UploadImage_NoReadableImage_GetsAFixedText(string content)
    {
        await using var gateway = await GatewayHost.StartAsync(backend);
        var refused = await Calls.RefusesAsync("chunk", () => gateway.Images.UploadAsync(System.Text.Encoding.Latin1.GetBytes(content), Cancel));
        Assert.Matches(@"\A(The upload is not a PNG, JPEG or WebP image\.|The header of the image/(png|jpeg) image cannot be read\.)\z", refused.Status.Detail);
    }

    [Fact]
    public async Task UploadImage_SlowerThanTheLimit_EndsWithDeadlineExceeded()
    {
        var time = new FakeTimeProvider();
        await using var gateway = await GatewayHost.StartAsync(backend, configure: services => services.AddSingleton<TimeProvider>(time));
        using var call = gateway.Images.UploadImage(cancellationToken: Cancel);
        await call.RequestStream.WriteAsync(new() { Chunk = ByteString.CopyFrom(1, 2, 3) }, Cancel);
        var response = call.ResponseAsync;
        while (!response.IsCompleted)
        {
            time.Advance(TimeSpan.FromMinutes(3)); // as often as it takes for the call to have started its clock
            await Task.Yield();
        }
        Assert.Equal("UPLOAD_TIMEOUT", (await Calls.FailsAsync(StatusCode.DeadlineExceeded, () => response)).Reason());
    }

    [Fact]
    public void Protos_NoField_TakesAUrl()
    {
        var fields = V1.ImageServiceReflection.Descriptor.MessageTypes
            .Concat(V1.ConversationServiceReflection.Descriptor.MessageTypes)
            .Concat(V1.RegionServiceReflection.Descriptor.MessageTypes)
            .SelectMany(message => message.Fields.InDeclarationOrder())
            .ToList();
        Assert.NotEmpty(fields);
        Assert.DoesNotContain(fields, field => field.Name.Contains("url", StringComparison.Ordinal) || field.Name.Contains("uri", StringComparison.Ordinal));
    }
}
