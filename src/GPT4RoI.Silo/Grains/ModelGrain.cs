using GPT4RoI.Contracts;
using GPT4RoI.Contracts.Models;
using GPT4RoI.Silo.Hosting;
using GPT4RoI.Silo.Placement;

namespace GPT4RoI.Silo.Grains;

/// <summary>Answers what is served, from what this node has loaded.</summary>
[RequireRole(Roles.Llm)]
internal sealed class ModelGrain(ModelHost model) : Grain, IModelGrain
{
    /// <inheritdoc />
    public Task<ModelInfo> GetAsync(CancellationToken cancellationToken) => Task.FromResult(model.Info);
}
