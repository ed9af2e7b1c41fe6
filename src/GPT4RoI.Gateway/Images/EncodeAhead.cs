using System.Threading.Channels;
using GPT4RoI.Contracts.Images;
using GPT4RoI.Contracts.Keys;
using GPT4RoI.Contracts.Vision;
using GPT4RoI.Gateway.Cluster;
using GPT4RoI.Gateway.Tenants;

namespace GPT4RoI.Gateway.Images;

/// <summary>
/// Has uploaded images encoded while their owners still draw. A help, not a duty: what is dropped here is encoded by the first question.
/// Owns every call that it starts: they end before the gateway does.
/// </summary>
internal sealed partial class EncodeAhead(IGrainFactory grains, ServedModel model, FeatureKey keys, ILogger<EncodeAhead> logger) : BackgroundService
{
    private const int Waiting = 256, InFlight = 32;

    private readonly Channel<(Tenant Tenant, ImageDescriptor Image)> _uploads =
        Channel.CreateBounded<(Tenant, ImageDescriptor)>(new BoundedChannelOptions(Waiting) { FullMode = BoundedChannelFullMode.Wait });

    /// <summary>Asks for an image to be encoded, without waiting; false if too many are under way.</summary>
    public bool TryStart(Tenant tenant, ImageDescriptor image) => _uploads.Writer.TryWrite((tenant, image));

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await Parallel.ForEachAsync(
                _uploads.Reader.ReadAllAsync(stoppingToken),
                new ParallelOptions { MaxDegreeOfParallelism = InFlight, CancellationToken = stoppingToken },
                async (upload, cancellationToken) => await EncodeAsync(upload.Tenant, upload.Image, cancellationToken));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
        }
    }

    private async Task EncodeAsync(Tenant tenant, ImageDescriptor image, CancellationToken cancellationToken)
    {
        try
        {
            var served = await model.GetAsync(cancellationToken);
            var encoder = grains.GetGrain<IEncoderGrain>(keys.ForImage(tenant.Id, image, served.Fingerprint));
            var outcome = await encoder.EnsureEncodedAsync(new(tenant.Id, image.ImageId), cancellationToken);
            if (!outcome.TryGet(out _, out var error))
            {
                LogRefused(image.ImageId, error.Reason);
            }
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            LogFailed(exception, image.ImageId);
        }
    }

    [LoggerMessage(EventId = 1, Level = LogLevel.Warning, Message = "Image {ImageId} was not encoded ahead: {Reason}")]
    private partial void LogRefused(string imageId, string reason);

    [LoggerMessage(EventId = 2, Level = LogLevel.Warning, Message = "Image {ImageId} was not encoded ahead")]
    private partial void LogFailed(Exception exception, string imageId);
}
