using GPT4RoI.Model.Weights;
using Microsoft.Extensions.Options;

namespace GPT4RoI.Silo.Hosting;

/// <summary>What a person can put right at start is told in words; everything else keeps its stack trace.</summary>
internal static class StartFailures
{
    private const int Failed = 1;

    /// <summary>Runs until it is stopped. Exit code 1, with the reason, if a setting or the checkpoint does not fit.</summary>
    public static async Task<int> RunOrExplainAsync(this WebApplication app, Func<Task>? started = null)
    {
        await using (app)
        {
            try
            {
                await app.StartAsync();
            }
            catch (Exception exception) when (exception is OptionsValidationException or WeightsException or InvalidDataException or IOException)
            {
                await Console.Error.WriteLineAsync(Explain(exception));
                return Failed;
            }
            if (started is not null)
            {
                await started();
            }
            await app.WaitForShutdownAsync();
            return 0;
        }
    }

    private static string Explain(Exception exception) => exception is OptionsValidationException validation
        ? string.Join(Environment.NewLine, validation.Failures)
        : exception.Message;
}
