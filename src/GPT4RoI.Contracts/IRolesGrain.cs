namespace GPT4RoI.Contracts;

/// <summary>Says which roles of <see cref="Roles"/> have a live silo. Key: 0; answered by any silo, from its own view of the membership.</summary>
[Alias("gpt4roi.IRolesGrain")]
public interface IRolesGrain : IGrainWithIntegerKey
{
    /// <summary>The roles that at least one active silo lists in its metadata, each once.</summary>
    [Alias("Get")]
    Task<IReadOnlyList<string>> GetAsync(CancellationToken cancellationToken);
}
