using Microsoft.Extensions.Options;

namespace GPT4RoI.Client;

/// <summary>Finds everything that is wrong with the options, each with its remedy.</summary>
internal sealed class Gpt4RoiClientOptionsValidator : IValidateOptions<Gpt4RoiClientOptions>
{
    private static readonly TimeSpan LongestDeadline = TimeSpan.FromDays(1);

    public ValidateOptionsResult Validate(string? name, Gpt4RoiClientOptions options)
    {
        var failures = new List<string>();
        ValidateAddress(options, failures);
        ValidateDeadline(nameof(options.Deadlines.Call), options.Deadlines.Call, failures);
        ValidateDeadline(nameof(options.Deadlines.Upload), options.Deadlines.Upload, failures);
        ValidateDeadline(nameof(options.Deadlines.Answer), options.Deadlines.Answer, failures);
        ValidateRetry(options.Retry, failures);
        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);
    }

    /// <exception cref="OptionsValidationException">Something is wrong; the message lists it all.</exception>
    public static void ThrowIfInvalid(Gpt4RoiClientOptions options)
    {
        if (new Gpt4RoiClientOptionsValidator().Validate(null, options) is { Failed: true, Failures: var failures })
        {
            throw new OptionsValidationException(nameof(Gpt4RoiClientOptions), typeof(Gpt4RoiClientOptions), failures);
        }
    }

    private static void ValidateAddress(Gpt4RoiClientOptions options, List<string> failures)
    {
        if (options.Address is not { IsAbsoluteUri: true, Scheme: "http" or "https" } address)
        {
            failures.Add($"Address is '{options.Address}': set it to the gateway's http or https address, for example http://localhost:5090.");
            return;
        }
        if (options.ApiKey is not { } key)
        {
            return;
        }
        if (key.Length == 0 || key.Any(character => character is <= ' ' or > '~'))
        {
            failures.Add("ApiKey is empty or holds characters other than visible ASCII: give the key as it was issued, or null for none.");
        }
        if (address is { Scheme: "http", IsLoopback: false } && !options.AllowApiKeyOverPlaintext)
        {
            failures.Add("ApiKey would travel unencrypted: use an https Address, or set AllowApiKeyOverPlaintext where the network encrypts.");
        }
    }

    private static void ValidateDeadline(string key, TimeSpan value, List<string> failures)
    {
        if (value <= TimeSpan.Zero || value > LongestDeadline)
        {
            failures.Add($"Deadlines.{key} is {value}: set it above zero and to at most one day.");
        }
    }

    private static void ValidateRetry(RetryOptions retry, List<string> failures)
    {
        if (retry.MaxAttempts is < 1 or > 10)
        {
            failures.Add($"Retry.MaxAttempts is {retry.MaxAttempts}: set it to 1 (no retries) to 10.");
        }
        if (retry.BaseDelay < TimeSpan.Zero || retry.BaseDelay > TimeSpan.FromMinutes(1))
        {
            failures.Add($"Retry.BaseDelay is {retry.BaseDelay}: set it to zero to one minute.");
        }
        if (retry.MaxDelay < retry.BaseDelay || retry.MaxDelay > TimeSpan.FromHours(1))
        {
            failures.Add($"Retry.MaxDelay is {retry.MaxDelay}: set it to BaseDelay to one hour.");
        }
    }
}
