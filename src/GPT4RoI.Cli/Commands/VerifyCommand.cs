using System.CommandLine;
using GPT4RoI.Cli.Output;
using GPT4RoI.Cli.Verify;

namespace GPT4RoI.Cli.Commands;

/// <summary><c>gpt4roi verify</c>: everything that the model computes, against numbers from the authors' own code.</summary>
internal static class VerifyCommand
{
    public static Command Create(Terminal terminal)
    {
        var fixtures = new Option<DirectoryInfo>("--fixtures") { Description = "Folder with tiny/, cases/, full_spi/ and delta/.", Required = true }.AcceptExistingOnly();
        var stages = new Option<string[]>("--stage")
        {
            Description = $"Only these stages ({string.Join(", ", VerifyRun.StageNames)}); full_spi takes about 4 GB of memory.",
            AllowMultipleArgumentsPerToken = true,
        };
        stages.AcceptOnlyFromAmong([.. VerifyRun.StageNames]);
        var command = new Command("verify", "Check every golden case of a fixture folder; exits with 1 if one fails.") { fixtures, stages };
        command.SetAction((parsed, cancellationToken) => RunAsync(
            terminal, parsed.GetRequiredValue(fixtures).FullName, parsed.GetValue(stages) ?? [], parsed.GetValue<bool>(CommandLine.JsonOption), cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(Terminal terminal, string folder, string[] stages, bool json, CancellationToken cancellationToken)
    {
        var (passed, failed) = (0, 0);
        await foreach (var result in VerifyRun.RunAsync(folder, stages, cancellationToken))
        {
            (passed, failed) = result.Passed ? (passed + 1, failed) : (passed, failed + 1);
            Write(terminal.Output, result, json);
        }
        if (!json)
        {
            terminal.Output.WriteLine($"{passed} passed, {failed} failed");
        }
        if (passed + failed == 0)
        {
            terminal.Error.WriteLine($"gpt4roi: no golden case found in {folder}");
        }
        return failed > 0 || passed == 0 ? ExitCodes.Failed : ExitCodes.Ok;
    }

    private static void Write(TextWriter output, VerifyResult result, bool json)
    {
        if (json)
        {
            // JSON knows no NaN.
            Json.WriteLine(output, new
            {
                result.Stage,
                result.Case,
                MaxAbs = Number(result.MaxAbsolute),
                MaxRel = Number(result.MaxRelative),
                result.Tolerance,
                result.Passed,
                result.Note,
            });
            return;
        }
        var verdict = result.Passed ? "PASS" : "FAIL";
        var note = result.Note is null ? "" : SafeText.Clean("  " + result.Note);
        output.WriteLine(FormattableString.Invariant(
            $"{result.Stage,-11}{result.Case,-52} abs {result.MaxAbsolute,-10:0.00e+00} rel {result.MaxRelative,-10:0.00e+00} tol {result.Tolerance,-8:0e+00} {verdict}{note}"));
        output.Flush();
    }

    private static double? Number(double value) => double.IsFinite(value) ? value : null;
}
