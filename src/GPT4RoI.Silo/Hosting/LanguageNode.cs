using System.Diagnostics.CodeAnalysis;
using GPT4RoI.Contracts.Errors;
using GPT4RoI.Engine;
using GPT4RoI.Model.Prompting;
using GPT4RoI.Silo.Errors;
using GPT4RoI.Silo.Turns;

namespace GPT4RoI.Silo.Hosting;

/// <summary>What a node with the role <c>llm</c> has loaded.</summary>
internal sealed record LanguageNode(LlmEngine Engine, Gpt4RoiTokenizer Tokenizer, ConversationTemplate Template, PromptBuilder Prompts)
{
    /// <summary>Turns the words of a turn into tokens, or says what is wrong with them.</summary>
    public bool TryAssemble(TurnPlan plan, [NotNullWhen(true)] out AssembledPrompt? prompt, [NotNullWhen(false)] out ClusterError? refusal)
    {
        PromptTurn[] history = [.. plan.History.Select(turn => new PromptTurn(
            new UserText(turn.Question), [.. turn.NewRegions.Select(region => region.Id)], new UserText(turn.Answer)))];
        var built = Prompts.TryBuild(
            history, new UserText(plan.Question), [.. plan.NewRegions.Select(region => region.Id)], out prompt, out var fault);
        refusal = fault?.ToError();
        return built;
    }
}
