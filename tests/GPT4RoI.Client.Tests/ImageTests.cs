using System.Buffers;
using System.IO.Pipelines;
using System.Security.Cryptography;
using GPT4RoI.Client.Tests.Fakes;
using Grpc.Core;
using Microsoft.Extensions.DependencyInjection;

namespace GPT4RoI.Client.Tests;

public sealed class ImageTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(1, new[] { 1 })]
    [InlineData(262_144, new[] { 262_144 })]
    [InlineData(614_401, new[] { 262_144, 262_144, 90_113 })]
    public async Task UploadImage_AnyLength_SendsChunksOf256KiB(int length, int[] chunks)
    {
        await using var gateway = await FakeGateway.StartAsync();
        await using var client = gateway.CreateClient();
        var bytes = Bytes(length);

        var image = await client.UploadImageAsync(new MemoryStream(bytes), Cancellation);

        Assert.Equal(chunks, Assert.Single(gateway.Uploads));
        Assert.Equal(new ImageInfo(IdOf(bytes), 640, 480, "image/png", length, DateTimeOffset.UnixEpoch), image);
    }

    [Fact]
    public async Task UploadImage_StreamInItsMiddle_SendsTheRestAgainAfterAFailure()
    {
        await using var gateway = await FakeGateway.StartAsync();
        await using var client = gateway.CreateClient();
        gateway.FailNext("UploadImage", Failures.Unavailable(), afterWork: true);
        var bytes = Bytes(300_000);
        using var stream = new MemoryStream(bytes) { Position = 1000 };

        var image = await client.UploadImageAsync(stream, Cancellation);

        Assert.Equal(IdOf(bytes.AsSpan(1000)), image.Id);
        Assert.Equal(2, gateway.Uploads.Count);
    }

    [Fact]
    public async Task UploadImage_StreamThatCannotSeek_IsSentOnce()
    {
        await using var gateway = await FakeGateway.StartAsync();
        await using var client = gateway.CreateClient();
        gateway.FailNext("UploadImage", Failures.Unavailable(), afterWork: true);
        var stream = PipeReader.Create(new ReadOnlySequence<byte>(Bytes(1000))).AsStream();

        var failure = await Assert.ThrowsAsync<Gpt4RoiException>(() => client.UploadImageAsync(stream, Cancellation));

        Assert.Equal(StatusCode.Unavailable, failure.Code);
        Assert.Equal(1, gateway.CallsOf("UploadImage"));
    }

    [Fact]
    public async Task UploadImage_RefusedWhileSending_ThrowsTheServersReason()
    {
        await using var gateway = await FakeGateway.StartAsync();
        await using var client = gateway.CreateClient();
        gateway.FailNext("UploadImage", Failures.Invalid("chunk", "An image is at most 20 MiB."));

        var failure = await Assert.ThrowsAsync<Gpt4RoiException>(() => client.UploadImageAsync(new MemoryStream(Bytes(30 << 20)), Cancellation));

        Assert.Equal(StatusCode.InvalidArgument, failure.Code);
        Assert.Equal([new FieldViolation("chunk", "An image is at most 20 MiB.")], failure.FieldViolations);
    }

    [Fact]
    public async Task UploadImage_RefusedByAServerThatReadsNothing_ThrowsItsReason()
    {
        var services = new ServiceCollection();
        services.AddGpt4RoiClient(options => options.Address = new Uri("http://127.0.0.1:1"))
            .ConfigurePrimaryHttpMessageHandler(() => new DeafHandler("An image is at most 20 MiB."));
        await using var provider = services.BuildServiceProvider();

        var upload = provider.GetRequiredService<Gpt4RoiClient>().UploadImageAsync(new MemoryStream(Bytes(1 << 20)), Cancellation);
        var failure = await Assert.ThrowsAsync<Gpt4RoiException>(() => upload.WaitAsync(TimeSpan.FromSeconds(30), Cancellation));

        Assert.Equal((StatusCode.InvalidArgument, "An image is at most 20 MiB."), (failure.Code, failure.Message));
    }

    [Fact]
    public async Task UploadImage_Path_SendsTheFile()
    {
        await using var gateway = await FakeGateway.StartAsync();
        await using var client = gateway.CreateClient();
        var bytes = Bytes(5000);
        var path = Path.Combine(Directory.CreateTempSubdirectory("gpt4roi").FullName, "image.png");
        await File.WriteAllBytesAsync(path, bytes, Cancellation);

        Assert.Equal(IdOf(bytes), (await client.UploadImageAsync(path, Cancellation)).Id);
        File.Delete(path);
        await Assert.ThrowsAsync<FileNotFoundException>(() => client.UploadImageAsync(path, Cancellation));
    }

    [Fact]
    public async Task GetAndDeleteImage_KnownThenUnknown_AnswersThenThrowsNotFound()
    {
        await using var gateway = await FakeGateway.StartAsync();
        await using var client = gateway.CreateClient();
        var image = await client.UploadImageAsync(new MemoryStream(Bytes(10)), Cancellation);

        Assert.Equal(image, await client.GetImageAsync(image.Id, Cancellation));
        await client.DeleteImageAsync(image.Id, Cancellation);

        var failure = await Assert.ThrowsAsync<Gpt4RoiException>(() => client.GetImageAsync(image.Id, Cancellation));
        Assert.Equal((StatusCode.NotFound, "NOT_FOUND", "No such image."), (failure.Code, failure.Reason, failure.Message));
        failure = await Assert.ThrowsAsync<Gpt4RoiException>(() => client.DeleteImageAsync(image.Id, Cancellation));
        Assert.Equal(StatusCode.NotFound, failure.Code);
    }

    private static byte[] Bytes(int length)
    {
        var bytes = new byte[length];
        new Random(length).NextBytes(bytes);
        return bytes;
    }

    private static string IdOf(ReadOnlySpan<byte> bytes) => "img-" + Convert.ToHexStringLower(SHA256.HashData(bytes));
}
