using System.CommandLine;
using System.Text.Json;
using GPT4RoI.Client;
using GPT4RoI.Model.Weights;
using GPT4RoI.Training.Datasets;
using GPT4RoI.Training.Optimization;
using Grpc.Core;
using Microsoft.Extensions.Options;

namespace GPT4RoI.Cli.Output;

/// <summary>Says what went wrong: to people on the error stream, to programs as JSON on the output, to shells as the exit code.</summary>
internal static class FailureReport
{
    public static int Write(Terminal terminal, Exception failure, bool json)
    {
        var (exitCode, error) = Describe(failure);
        if (json)
        {
            Json.WriteLine(terminal.Output, error);
        }
        terminal.Error.WriteLine(SafeText.Clean($"gpt4roi: {error.Message}"));
        foreach (var field in error.Fields.Where(field => !SaysAll(error.Message, field)))
        {
            terminal.Error.WriteLine(SafeText.Clean($"  {field.Field}: {field.Description}"));
        }
        if (error.Reason == "SERVER_UNREACHABLE")
        {
            terminal.Error.WriteLine("  Is it running? Choose another with --server or GPT4ROI_SERVER.");
        }
        return exitCode;
    }

    public static int WriteUsage(Terminal terminal, ParseResult parsed)
    {
        foreach (var error in parsed.Errors)
        {
            terminal.Error.WriteLine($"gpt4roi: {error.Message}");
        }
        terminal.Error.WriteLine($"Try: {CommandPath(parsed.CommandResult.Command)} --help");
        return ExitCodes.Usage;
    }

    /// <summary>A gRPC status as the protocol spells it, such as NOT_FOUND.</summary>
    public static string CodeName(StatusCode code) => JsonNamingPolicy.SnakeCaseUpper.ConvertName(code.ToString());

    private static bool SaysAll(string message, FieldViolation field) =>
        message.Contains(field.Field, StringComparison.Ordinal) && message.Contains(field.Description, StringComparison.Ordinal);

    private static (int ExitCode, ErrorLine Error) Describe(Exception failure) => failure switch
    {
        OperationCanceledException => (ExitCodes.Cancelled, new("CANCELLED", "cancelled")),
        Gpt4RoiException call => (
            call.Code == StatusCode.Unavailable ? ExitCodes.Unavailable : ExitCodes.Failed,
            new(CodeName(call.Code), call.Message, call.Reason, call.RetryAfter?.TotalSeconds) { Fields = call.FieldViolations }),
        OptionsValidationException options => (ExitCodes.Usage, new("INVALID_ARGUMENT", options.Message)),
        WeightsException or DatasetException or InvalidDataException or TrainingDivergedException or IOException or UnauthorizedAccessException =>
            (ExitCodes.Failed, new("FAILED_PRECONDITION", failure.Message)),
        _ => (ExitCodes.Failed, new("INTERNAL", $"unexpected {failure.GetType().Name}: {failure.Message}")),
    };

    private static string CommandPath(Symbol command) =>
        command.Parents.FirstOrDefault() is { } parent ? $"{CommandPath(parent)} {command.Name}" : "gpt4roi";

    private sealed record ErrorLine(string Code, string Message, string Reason = "", double? RetryAfterS = null)
    {
        public string Type { get; } = "error";

        public IReadOnlyList<FieldViolation> Fields { get; init; } = [];
    }
}
