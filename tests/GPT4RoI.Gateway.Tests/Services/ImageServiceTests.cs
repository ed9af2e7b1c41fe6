using GPT4RoI.Contracts.Keys;
using GPT4RoI.Contracts.Store;
using GPT4RoI.Gateway.Tests.Fixtures;
using Grpc.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using SkiaSharp;

namespace GPT4RoI.Gateway.Tests.Services;

public sealed class ImageServiceTests(Backend backend) : IAsyncLifetime
{
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2024, 5, 6, 7, 8, 9, TimeSpan.Zero));
    private GatewayHost? _gateway;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private GatewayHost Gateway => _gateway!;

    public async ValueTask InitializeAsync() =>
        _gateway = await GatewayHost.StartAsync(backend, configure: services => services.AddSingleton<TimeProvider>(_time));

    public async ValueTask DisposeAsync() => await Gateway.DisposeAsync();

    [Fact]
    public async Task UploadImage_InAnyChunks_StoresBytesAndDescriptorWhereSilosLook()
    {
        var file = Pictures.Unique(30, 150);
        var image = await Gateway.Images.UploadAsync(file, Cancel, chunk: 7);
        Assert.Equal((30, 150, "image/png", file.Length), (image.Width, image.Height, image.MediaType, image.SizeBytes));
        Assert.Equal(_time.GetUtcNow(), image.CreatedAt.ToDateTimeOffset());
        Assert.Equal(image, (await Gateway.Images.GetImageAsync(new() { ImageId = image.Id }, cancellationToken: Cancel)).Image);

        var stored = (byte[]?)await backend.Store.StringGetAsync(GrainKeys.Media("local", image.Id));
        Assert.True(MediaEnvelope.TryRead(stored, out var descriptor, out var bytes));
        Assert.Equal(file, bytes.ToArray());
        Assert.Equal((image.Id, 30, 150), (descriptor.ImageId, descriptor.Width, descriptor.Height));
    }

    [Fact]
    public async Task UploadImage_StartsTheEncode_UnderTheImagesFeatureKey()
    {
        var image = await Gateway.Images.UploadAsync(Pictures.Unique(), Cancel);
        var (key, media) = await EncodedAsync(image.Id);
        var stored = (byte[]?)await backend.Store.StringGetAsync(GrainKeys.Media("local", image.Id));
        Assert.True(MediaEnvelope.TryRead(stored, out var descriptor, out _));
        Assert.Equal(new FeatureKey(Convert.FromBase64String(GatewayHost.Secret)).ForImage("local", descriptor, FakeModelGrain.Model.Fingerprint), key);
        Assert.Equal(new("local", image.Id), media);
    }

    [Fact]
    public async Task UploadImage_SameBytesAgain_SameId_FirstTime_RenewedLife()
    {
        var file = Pictures.Unique();
        var first = await Gateway.Images.UploadAsync(file, Cancel);
        var key = GrainKeys.Media("local", first.Id);
        await backend.Store.KeyExpireAsync(key, TimeSpan.FromMinutes(1));
        _time.Advance(TimeSpan.FromHours(1));
        var second = await Gateway.Images.UploadAsync(file, Cancel);
        Assert.Equal(first, second);
        Assert.InRange((await backend.Store.KeyTimeToLiveAsync(key))!.Value, TimeSpan.FromHours(23), TimeSpan.FromHours(24));
    }

    [Fact]
    public async Task GetImage_BytesLostFromTheStore_IsNotFound_UntilUploadedAgain()
    {
        var file = Pictures.Unique();
        var image = await Gateway.Images.UploadAsync(file, Cancel);
        await backend.Store.KeyDeleteAsync(GrainKeys.Media("local", image.Id));
        await Calls.FailsAsync(StatusCode.NotFound, async () => await Gateway.Images.GetImageAsync(new() { ImageId = image.Id }, cancellationToken: Cancel));
        Assert.Equal(image.Id, (await Gateway.Images.UploadAsync(file, Cancel)).Id);
        Assert.Equal(image.Id, (await Gateway.Images.GetImageAsync(new() { ImageId = image.Id }, cancellationToken: Cancel)).Image.Id);
    }

    [Fact]
    public async Task DeleteImage_Twice_SecondIsNotFound()
    {
        var image = await Gateway.Images.UploadAsync(Pictures.Unique(), Cancel);
        await Gateway.Images.DeleteImageAsync(new() { ImageId = image.Id }, cancellationToken: Cancel);
        Assert.False(await backend.Store.KeyExistsAsync(GrainKeys.Media("local", image.Id)));
        await Calls.FailsAsync(StatusCode.NotFound, async () => await Gateway.Images.DeleteImageAsync(new() { ImageId = image.Id }, cancellationToken: Cancel));
        await Calls.FailsAsync(StatusCode.NotFound, async () => await Gateway.Images.GetImageAsync(new() { ImageId = image.Id }, cancellationToken: Cancel));
    }

    [Fact]
    public async Task AnyMethod_MalformedId_IsRefusedAndNotRepeated()
    {
        var id = new string('x', 100_000);
        var refused = await Calls.RefusesAsync("image_id", async () => await Gateway.Images.GetImageAsync(new() { ImageId = id }, cancellationToken: Cancel));
        Assert.True(refused.Status.Detail.Length < 200);
        await Calls.RefusesAsync("image_id", async () => await Gateway.Images.DeleteImageAsync(new() { ImageId = "../x" }, cancellationToken: Cancel));
    }

    [Fact]
    public async Task UploadImage_VariantsOfThePicture_HaveKeysOfTheirOwn()
    {
        var files = Variants().ToList();
        List<(string Id, string Key)> seen = [];
        foreach (var file in files)
        {
            var image = await Gateway.Images.UploadAsync(file, Cancel);
            seen.Add((image.Id, (await EncodedAsync(image.Id)).Key));
        }
        Assert.Equal(files.Count, seen.Select(pair => pair.Id).Distinct().Count());
        Assert.Equal(files.Count, seen.Select(pair => pair.Key).Distinct().Count());
    }

    /// <summary>The same pixel bytes in another shape, colour type, alpha, format or rotation.</summary>
    private static IEnumerable<byte[]> Variants()
    {
        foreach (var (width, height) in new[] { (30, 150), (150, 30) })
        {
            foreach (var (color, alpha) in new[] { (SKColorType.Rgba8888, SKAlphaType.Opaque), (SKColorType.Rgba8888, SKAlphaType.Unpremul), (SKColorType.Gray8, SKAlphaType.Opaque) })
            {
                using var bitmap = new SKBitmap(width, height, color, alpha);
                bitmap.Erase(SKColors.Gray);
                yield return Pictures.Encode(bitmap, SKEncodedImageFormat.Png);
                if (color == SKColorType.Rgba8888 && alpha == SKAlphaType.Opaque)
                {
                    var jpeg = Pictures.Encode(bitmap, SKEncodedImageFormat.Jpeg);
                    yield return jpeg;
                    yield return Pictures.WithOrientation(jpeg, 1);
                    yield return Pictures.WithOrientation(jpeg, 6);
                    yield return Pictures.WithOrientation(jpeg, 8);
                    yield return Pictures.Encode(bitmap, SKEncodedImageFormat.Webp);
                }
            }
        }
    }

    private Task<(string Key, Contracts.Vision.MediaRef Media)> EncodedAsync(string imageId) =>
        backend.State.Encode(imageId).Task.WaitAsync(TimeSpan.FromSeconds(30), Cancel);
}
