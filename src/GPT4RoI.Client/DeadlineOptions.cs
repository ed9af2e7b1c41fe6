namespace GPT4RoI.Client;

/// <summary>Time limits per kind of call, retries included. The server knows them and stops work that nobody waits for.</summary>
public sealed class DeadlineOptions
{
    /// <summary>Calls that read or change a record.</summary>
    /// <value>Above zero, at most one day; default 30 seconds.</value>
    public TimeSpan Call { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Uploading one image.</summary>
    /// <value>Above zero, at most one day; default 2 minutes.</value>
    public TimeSpan Upload { get; set; } = TimeSpan.FromMinutes(2);

    /// <summary>One answer, from the question to its last token.</summary>
    /// <value>Above zero, at most one day; default 10 minutes.</value>
    public TimeSpan Answer { get; set; } = TimeSpan.FromMinutes(10);
}
