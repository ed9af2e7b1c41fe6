using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using GPT4RoI.Client;

namespace GPT4RoI.Cli.Inputs;

/// <summary>How tokens are chosen. The server checks the ranges; what is not given is the server's default.</summary>
internal sealed class SamplingOptionSet
{
    private readonly Option<float?> _temperature = new("--temperature") { Description = "0 is greedy." };
    private readonly Option<int?> _topK = new("--top-k") { Description = "Keep the k most likely tokens; 0 keeps all." };
    private readonly Option<float?> _topP = new("--top-p") { Description = "Keep the smallest set of tokens that reaches this probability." };
    private readonly Option<float?> _minP = new("--min-p") { Description = "Drop tokens less likely than this share of the most likely one." };
    private readonly Option<float?> _repetitionPenalty = new("--repetition-penalty") { Description = "Above 1 discourages tokens already seen." };
    private readonly Option<float?> _presencePenalty = new("--presence-penalty") { Description = "Subtracted for tokens already in the answer." };
    private readonly Option<float?> _frequencyPenalty = new("--frequency-penalty") { Description = "Subtracted per occurrence in the answer." };
    private readonly Option<ulong?> _seed = new("--seed") { Description = "Makes the answer reproducible." };
    private readonly Option<int?> _maxTokens = new("--max-tokens") { Description = "Tokens to generate at most." };
    private readonly Option<string[]> _stop = new("--stop") { Description = "End before this text. Repeatable." };
    private readonly Option<int[]> _stopTokenIds = new("--stop-token-id") { Description = "End at this token. Repeatable." };
    private readonly Option<Dictionary<int, float>> _logitBias = new("--logit-bias")
    {
        Description = "Add to a token's logit. Repeatable.",
        HelpName = "id=bias",
        CustomParser = ParseBiases,
        Arity = ArgumentArity.OneOrMore,
    };

    private readonly Option<int> _topLogprobs = new("--top-logprobs") { Description = "Report this many alternatives per token (with --json)." };
    private readonly Option<bool> _ignoreEos = new("--ignore-eos") { Description = "Go on to --max-tokens past the model's own end." };

    public SamplingOptionSet(Command command)
    {
        Option[] all =
        [
            _temperature, _topK, _topP, _minP, _repetitionPenalty, _presencePenalty, _frequencyPenalty, _seed, _maxTokens, _stop, _stopTokenIds,
            _logitBias, _topLogprobs, _ignoreEos,
        ];
        foreach (var option in all)
        {
            command.Add(option);
        }
    }

    public SamplingOptions Read(ParseResult parsed) => new()
    {
        Temperature = parsed.GetValue(_temperature),
        TopK = parsed.GetValue(_topK),
        TopP = parsed.GetValue(_topP),
        MinP = parsed.GetValue(_minP),
        RepetitionPenalty = parsed.GetValue(_repetitionPenalty),
        PresencePenalty = parsed.GetValue(_presencePenalty),
        FrequencyPenalty = parsed.GetValue(_frequencyPenalty),
        Seed = parsed.GetValue(_seed),
        MaxTokens = parsed.GetValue(_maxTokens),
        Stop = parsed.GetValue(_stop) ?? [],
        StopTokenIds = parsed.GetValue(_stopTokenIds) ?? [],
        LogitBias = parsed.GetValue(_logitBias) ?? [],
        TopLogprobs = parsed.GetValue(_topLogprobs),
        IgnoreEos = parsed.GetValue(_ignoreEos),
    };

    private static Dictionary<int, float>? ParseBiases(ArgumentResult result)
    {
        var biases = new Dictionary<int, float>();
        foreach (var token in result.Tokens)
        {
            var parts = token.Value.Split('=');
            if (parts.Length != 2
                || !int.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var id)
                || !float.TryParse(parts[1], NumberStyles.Float, CultureInfo.InvariantCulture, out var bias)
                || !biases.TryAdd(id, bias))
            {
                result.AddError($"'{token.Value}' is not a bias: give each token once, as id=number.");
                return null;
            }
        }
        return biases;
    }
}
