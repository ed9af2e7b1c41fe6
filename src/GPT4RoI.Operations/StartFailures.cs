using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace GPT4RoI.Operations;

/// <summary>What a person can put right at start (a setting, a file, a port in use) is told in words; everything else keeps its stack trace.</summary>
internal static class StartFailures
{
    private const int Failed = 1;

    /// <summary>Checks all settings, before anything is made from them: a host that starts with wrong ones logs a stack trace first.</summary>
    /// <exception cref="OptionsValidationException">Settings of one kind are wrong.</exception>
    /// <exception cref="AggregateException">Settings of several kinds are.</exception>
    public static void CheckSettings(this IHost host) => host.Services.GetService<IStartupValidator>()?.Validate();

    /// <summary>Runs a server until it is stopped. Exit code 0; 1, with the reason on the error stream, if it could not start.</summary>
    /// <param name="server">The server.</param>
    /// <param name="isExplained">True for further exceptions whose message is for a person.</param>
    public static async Task<int> ExplainAsync(Func<Task> server, Func<Exception, bool>? isExplained = null)
    {
        try
        {
            await server();
            return 0;
        }
        catch (OptionsValidationException exception)
        {
            await Console.Error.WriteLineAsync(string.Join(Environment.NewLine, exception.Failures));
            return Failed;
        }
        catch (AggregateException several) when (several.InnerExceptions.All(exception => exception is OptionsValidationException))
        {
            var failures = several.InnerExceptions.OfType<OptionsValidationException>().SelectMany(exception => exception.Failures);
            await Console.Error.WriteLineAsync(string.Join(Environment.NewLine, failures));
            return Failed;
        }
        catch (Exception exception) when (exception is InvalidDataException or IOException || isExplained?.Invoke(exception) == true)
        {
            await Console.Error.WriteLineAsync(exception.Message);
            return Failed;
        }
    }
}
