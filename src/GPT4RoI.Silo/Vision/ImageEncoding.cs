using GPT4RoI.Contracts.Errors;
using GPT4RoI.Contracts.Keys;
using GPT4RoI.Contracts.Vision;
using GPT4RoI.Silo.Errors;
using GPT4RoI.Silo.Features;
using GPT4RoI.Silo.Hosting;
using Microsoft.Extensions.Options;

namespace GPT4RoI.Silo.Vision;

/// <summary>Encodes one image into the store; expected failures are values.</summary>
internal sealed partial class ImageEncoding(
    ModelHost model, FeatureStore store, MediaStore uploads, FeatureKey keys, IOptions<SiloOptions> options, TimeProvider time,
    ILogger<ImageEncoding> logger)
{
    /// <summary>Returns when all levels are in the store.</summary>
    /// <param name="featureKey">The key that the features shall have; refused if it is not the stored image's.</param>
    /// <param name="media">The image.</param>
    /// <param name="ending">Ends the work early.</param>
    public async Task<Outcome<EncodeReport>> EnsureAsync(string featureKey, MediaRef media, CancellationToken ending)
    {
        using var deadline = new CancellationTokenSource(options.Value.VisionDeadline, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, ending);
        try
        {
            return await EncodeAsync(featureKey, media, either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            return deadline.IsCancellationRequested ? SiloErrors.VisionDeadline : SiloErrors.RoleUnavailable;
        }
        catch (StoreUnavailableException exception)
        {
            LogStoreUnavailable(exception);
            return SiloErrors.StoreUnavailable;
        }
        catch (Exception exception)
        {
            LogFailed(exception, media.ImageId);
            return SiloErrors.Internal;
        }
    }

    private async Task<Outcome<EncodeReport>> EncodeAsync(string featureKey, MediaRef media, CancellationToken cancellationToken)
    {
        if (await store.HasLevelsAsync(featureKey, cancellationToken).ConfigureAwait(false))
        {
            return new EncodeReport(AlreadyThere: true);
        }
        if (await uploads.ReadAsync(media, cancellationToken).ConfigureAwait(false) is not { } upload)
        {
            return SiloErrors.ImageGone;
        }
        if (keys.ForImage(media.TenantId, upload.Image, store.Layout.ModelFingerprint) != featureKey)
        {
            return SiloErrors.FeatureKeyMismatch;
        }
        var outcome = await model.Vision.EncodeAsync(upload.Bytes, cancellationToken).ConfigureAwait(false);
        if (!outcome.TryGet(out var features))
        {
            return outcome.Fault.ToError();
        }
        await store.WriteLevelsAsync(featureKey, features.Levels, cancellationToken).ConfigureAwait(false);
        LogEncoded(media.ImageId);
        return new EncodeReport(AlreadyThere: false);
    }

    [LoggerMessage(50, LogLevel.Debug, "Image {ImageId} encoded")]
    private partial void LogEncoded(string imageId);

    [LoggerMessage(51, LogLevel.Error, "Encoding image {ImageId} failed")]
    private partial void LogFailed(Exception exception, string imageId);

    [LoggerMessage(52, LogLevel.Warning, "The feature store did not answer while an image was encoded")]
    private partial void LogStoreUnavailable(Exception exception);
}
