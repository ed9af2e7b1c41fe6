using System.Globalization;
using GPT4RoI.Contracts.Errors;
using GPT4RoI.Gateway.Admission;

namespace GPT4RoI.Gateway.OpenAi;

/// <summary>OpenAI's fields as those of the gRPC contract, so that both doors have the same rules.</summary>
internal static class ChatMapping
{
    private const string Pixels = "pixels", Normalized = "normalized";

    /// <summary>Sampling parameters.</summary>
    public static Outcome<V1.SamplingParams> ToSampling(this ChatBody body)
    {
        var sampling = new V1.SamplingParams { TopLogprobs = body.Logprobs == true ? Math.Max(1, body.TopLogprobs ?? 0) : 0 };
        sampling.Stop.AddRange(body.Stop);
        if (body.Temperature is { } temperature)
        {
            sampling.Temperature = temperature;
        }
        if (body.TopP is { } topP)
        {
            sampling.TopP = topP;
        }
        if (body.PresencePenalty is { } presence)
        {
            sampling.PresencePenalty = presence;
        }
        if (body.FrequencyPenalty is { } frequency)
        {
            sampling.FrequencyPenalty = frequency;
        }
        if (body.Seed is { } seed)
        {
            sampling.Seed = unchecked((ulong)seed);
        }
        if ((body.MaxCompletionTokens ?? body.MaxTokens) is { } limit)
        {
            sampling.MaxTokens = limit;
        }
        foreach (var (token, bias) in body.LogitBias ?? new Dictionary<string, float>())
        {
            if (!int.TryParse(token, NumberStyles.None, CultureInfo.InvariantCulture, out var id))
            {
                return Invalid.Field("logit_bias", "SAMPLING_OUT_OF_RANGE", $"logit_bias names \"{token}\", which is no token id.");
            }
            sampling.LogitBias[id] = bias;
        }
        return SamplingRules.Check(sampling) is { } error ? error with { Field = error.Field?["sampling.".Length..], Message = error.Message.Replace("sampling.", "", StringComparison.Ordinal) } : sampling;
    }

    /// <summary>Regions, numbered from 1 unless they say otherwise.</summary>
    public static Outcome<IReadOnlyList<V1.Region>> ToRegions(this ChatBody body)
    {
        List<V1.Region> regions = [];
        for (var i = 0; i < body.Regions.Count; i++)
        {
            var (region, at) = (body.Regions[i], $"regions[{i}]");
            if (region is null || region.Box.Count != 4)
            {
                return Invalid.Field($"{at}.box", "BOX_SHAPE", $"{at}.box has {region?.Box.Count ?? 0} numbers; it must be [x1, y1, x2, y2].");
            }
            if (region.Space is not (null or Pixels or Normalized))
            {
                return Invalid.Field($"{at}.space", "BOX_SPACE", $"{at}.space is \"{region.Space}\"; it must be {Normalized} (0 to 1) or {Pixels}.");
            }
            regions.Add(new()
            {
                Id = region.Id ?? (uint)(i + 1),
                Box = new()
                {
                    X1 = region.Box[0],
                    Y1 = region.Box[1],
                    X2 = region.Box[2],
                    Y2 = region.Box[3],
                    Space = region.Space == Pixels ? V1.CoordinateSpace.Pixels : V1.CoordinateSpace.Normalized,
                },
            });
        }
        return regions;
    }
}
