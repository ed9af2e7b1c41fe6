using Microsoft.Extensions.Options;

namespace GPT4RoI.Silo.Grains;

/// <summary>Checks <see cref="ConversationOptions"/> at start.</summary>
internal sealed class ConversationOptionsValidator : IValidateOptions<ConversationOptions>
{
    /// <inheritdoc />
    public ValidateOptionsResult Validate(string? name, ConversationOptions options)
    {
        List<string> failures = [];
        Check(nameof(options.MaxTurns), options.MaxTurns, 10_000);
        Check(nameof(options.MaxRegions), options.MaxRegions, 999);
        Check(nameof(options.MaxConversationsPerTenant), options.MaxConversationsPerTenant, 100_000);
        Check(nameof(options.MaxPageSize), options.MaxPageSize, 1_000);
        Check(nameof(options.MaxParallelDescriptions), options.MaxParallelDescriptions, 256);
        if (options.TurnDeadline < TimeSpan.FromSeconds(1) || options.TurnDeadline > TimeSpan.FromDays(1))
        {
            failures.Add($"Conversations:TurnDeadline is {options.TurnDeadline}; set 00:00:01 to 1.00:00:00");
        }
        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);

        void Check(string key, int value, int highest)
        {
            if (value < 1 || value > highest)
            {
                failures.Add($"Conversations:{key} is {value}; set 1 to {highest}");
            }
        }
    }
}
