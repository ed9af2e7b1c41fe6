namespace GPT4RoI.Client.Mapping;

/// <summary>What callers give, as the wire has it.</summary>
internal static class ToWire
{
    public static V1.Region Region(Region region) => new()
    {
        Id = (uint)region.Id,
        Box = new V1.BoundingBox { X1 = region.X1, Y1 = region.Y1, X2 = region.X2, Y2 = region.Y2, Space = Space(region.Space) },
    };

    public static V1.SamplingParams? Sampling(SamplingOptions? options)
    {
        if (options is null)
        {
            return null;
        }
        var sampling = new V1.SamplingParams
        {
            Stop = { options.Stop },
            StopTokenIds = { options.StopTokenIds },
            TopLogprobs = options.TopLogprobs,
            IgnoreEos = options.IgnoreEos,
        };
        foreach (var (tokenId, bias) in options.LogitBias)
        {
            sampling.LogitBias.Add(tokenId, bias);
        }
        SetOptionalFields(sampling, options);
        return sampling;
    }

    /// <summary>Unset fields stay unset, so that the server's defaults apply.</summary>
    private static void SetOptionalFields(V1.SamplingParams sampling, SamplingOptions options)
    {
        if (options.Temperature is { } temperature) { sampling.Temperature = temperature; }
        if (options.TopK is { } topK) { sampling.TopK = topK; }
        if (options.TopP is { } topP) { sampling.TopP = topP; }
        if (options.MinP is { } minP) { sampling.MinP = minP; }
        if (options.RepetitionPenalty is { } repetition) { sampling.RepetitionPenalty = repetition; }
        if (options.PresencePenalty is { } presence) { sampling.PresencePenalty = presence; }
        if (options.FrequencyPenalty is { } frequency) { sampling.FrequencyPenalty = frequency; }
        if (options.Seed is { } seed) { sampling.Seed = seed; }
        if (options.MaxTokens is { } maxTokens) { sampling.MaxTokens = maxTokens; }
    }

    private static V1.CoordinateSpace Space(CoordinateSpace space) => space switch
    {
        CoordinateSpace.Pixels => V1.CoordinateSpace.Pixels,
        CoordinateSpace.Normalized => V1.CoordinateSpace.Normalized,
        _ => V1.CoordinateSpace.Unspecified,
    };
}
