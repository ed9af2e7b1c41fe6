namespace GPT4RoI.Contracts.Models;

/// <summary>Says what model the cluster serves. Key: 0; answered by any llm silo.</summary>
[Alias("gpt4roi.IModelGrain")]
public interface IModelGrain : IGrainWithIntegerKey
{
    /// <summary>The model of the silo that answers.</summary>
    [Alias("Get")]
    Task<ModelInfo> GetAsync(CancellationToken cancellationToken);
}
