using System.Globalization;
using System.Text;

namespace GPT4RoI.Training.Evaluation;

/// <summary>A report for people.</summary>
public static class ReportMarkdown
{
    private const int ListedProblems = 20;

    /// <summary>The report, with the published figures below this run's in one table.</summary>
    public static string Write(EvaluationReport report)
    {
        var text = new StringBuilder();
        Line($"# Evaluation: {report.Task}");
        Line("");
        Line($"Model: {Inline(report.Model)}. Data: {Inline(report.Data)}. "
            + $"Records asked: {report.Asked}; failed: {report.Failed.Count}; skipped as unusable: {report.Skipped.Count}.");
        Line("");
        Line(report.Protocol);
        Line("");
        Line($"| | {string.Join(" | ", report.Scores.Select(score => score.Name))} |");
        Line($"|---|{string.Concat(Enumerable.Repeat("---:|", report.Scores.Count))}");
        Line($"| **this run** | {string.Join(" | ", report.Scores.Select(score => Figure(score.Value)))} |");
        foreach (var published in report.Published)
        {
            var figures = report.Scores.Select(score => Figure(published.Scores.TryGetValue(score.Name, out var value) ? value : null));
            Line($"| published: {Cell(published.Model)}, {Cell(published.Setting)} ({Cell(published.Source)}) | {string.Join(" | ", figures)} |");
        }
        if (report.Published.Count > 0)
        {
            Line("");
            Line("Rows marked “published” are other people's figures, from their own runs and scorers; they are not results of this program.");
        }
        Problems("Failed", report.Failed);
        Problems("Skipped", report.Skipped);
        return text.ToString();

        void Line(string line) => text.Append(line).Append('\n');

        void Problems(string title, IReadOnlyList<EvaluationProblem> problems)
        {
            if (problems.Count == 0)
            {
                return;
            }
            Line("");
            Line($"## {title}");
            Line("");
            foreach (var problem in problems.Take(ListedProblems))
            {
                Line($"- {Inline(problem.Where)}: {Inline(problem.Reason)}");
            }
            if (problems.Count > ListedProblems)
            {
                Line($"- and {problems.Count - ListedProblems} more");
            }
        }
    }

    private static string Figure(double? value) => value?.ToString("0.0", CultureInfo.InvariantCulture) ?? "–";

    private static string Inline(string value) => value.ReplaceLineEndings(" ");

    private static string Cell(string value) => Inline(value).Replace("|", "\\|", StringComparison.Ordinal);
}
