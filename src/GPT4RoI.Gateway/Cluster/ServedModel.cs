using GPT4RoI.Contracts.Models;

namespace GPT4RoI.Gateway.Cluster;

/// <summary>The model that the cluster serves, asked for again after <see cref="Lifetime"/>: a rollout changes it.</summary>
internal sealed class ServedModel(IGrainFactory grains, TimeProvider time)
{
    public static readonly TimeSpan Lifetime = TimeSpan.FromSeconds(30);

    private volatile Reading? _last;

    /// <summary>The model, at most <see cref="Lifetime"/> old. Fails as a grain call does if no llm silo answers.</summary>
    public async ValueTask<ModelInfo> GetAsync(CancellationToken cancellationToken)
    {
        if (_last is { } last && time.GetElapsedTime(last.At) < Lifetime)
        {
            return last.Model;
        }
        var model = await grains.GetGrain<IModelGrain>(0).GetAsync(cancellationToken);
        _last = new(model, time.GetTimestamp());
        return model;
    }

    private sealed record Reading(ModelInfo Model, long At);
}
