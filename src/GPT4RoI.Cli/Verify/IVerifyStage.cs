namespace GPT4RoI.Cli.Verify;

/// <summary>Checks every golden case of one part of the computation that a fixture directory holds.</summary>
internal interface IVerifyStage
{
    /// <summary>Short name, the first column of the report.</summary>
    string Name { get; }

    /// <summary>One result per case, as they are computed. Yields nothing only if the directory has no such fixtures.</summary>
    IAsyncEnumerable<VerifyResult> RunAsync(FixtureSet fixtures, CancellationToken cancellationToken);
}
