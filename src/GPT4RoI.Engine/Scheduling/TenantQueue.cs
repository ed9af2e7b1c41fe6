namespace GPT4RoI.Engine.Scheduling;

/// <summary>One tenant's waiting sequences, first come first, and the service that it has received.</summary>
internal sealed class TenantQueue
{
    /// <summary>Its virtual token counter, in the units of <see cref="ServiceCost"/>.</summary>
    public long Counter { get; set; }

    /// <summary>Waiting sequences.</summary>
    public LinkedList<Sequence> Waiting { get; } = [];
}
