using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using GPT4RoI.Contracts.Sampling;

namespace GPT4RoI.Gateway.Mapping;

/// <summary>Sampling parameters from the wire: what is not set stays null, the engine's default.</summary>
internal static class SamplingMapping
{
    /// <summary>Without a seed, the turn's name stands for it: asked again, the turn draws the same tokens.</summary>
    public static SamplingSettings ToContract(this V1.SamplingParams? sampling, string turn)
    {
        var settings = sampling.ToContract();
        return settings with { Seed = settings.Seed ?? BinaryPrimitives.ReadUInt64LittleEndian(SHA256.HashData(Encoding.UTF8.GetBytes(turn))) };
    }

    public static SamplingSettings ToContract(this V1.SamplingParams? sampling) => sampling is null ? new() : new()
    {
        Temperature = sampling.HasTemperature ? sampling.Temperature : null,
        TopK = sampling.HasTopK ? sampling.TopK : null,
        TopP = sampling.HasTopP ? sampling.TopP : null,
        MinP = sampling.HasMinP ? sampling.MinP : null,
        RepetitionPenalty = sampling.HasRepetitionPenalty ? sampling.RepetitionPenalty : null,
        PresencePenalty = sampling.HasPresencePenalty ? sampling.PresencePenalty : null,
        FrequencyPenalty = sampling.HasFrequencyPenalty ? sampling.FrequencyPenalty : null,
        Seed = sampling.HasSeed ? sampling.Seed : null,
        MaxTokens = sampling.HasMaxTokens ? sampling.MaxTokens : null,
        Stop = [.. sampling.Stop],
        StopTokenIds = [.. sampling.StopTokenIds],
        LogitBias = new Dictionary<int, float>(sampling.LogitBias),
        TopLogprobs = sampling.TopLogprobs,
        IgnoreEos = sampling.IgnoreEos,
    };
}
