using GPT4RoI.Contracts;
using GPT4RoI.Contracts.Errors;
using GPT4RoI.Contracts.Vision;
using GPT4RoI.Silo.Placement;
using GPT4RoI.Silo.Vision;
using Orleans.Concurrency;

namespace GPT4RoI.Silo.Grains;

/// <summary>
/// One per image and cluster: however many ask, one encode runs. It belongs to nobody: a caller that leaves does not end it. An image that
/// cannot be decoded is remembered as such for a while, so that it is not tried again for every question.
/// </summary>
[RequireRole(Roles.Vision)]
[ImageAffinity]
[Reentrant]
internal sealed class EncoderGrain(ImageEncoding encoding, TimeProvider time) : Grain, IEncoderGrain, IDisposable
{
    private readonly SharedWork<EncodeReport> _encode = new(time);

    /// <inheritdoc />
    public Task<Outcome<EncodeReport>> EnsureEncodedAsync(MediaRef media, CancellationToken cancellationToken)
    {
        var featureKey = this.GetPrimaryKeyString();
        return _encode.JoinAsync(ending => encoding.EnsureAsync(featureKey, media, ending), cancellationToken);
    }

    /// <inheritdoc />
    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken) => _encode.EndAsync();

    /// <inheritdoc />
    public void Dispose() => _encode.Dispose();
}
