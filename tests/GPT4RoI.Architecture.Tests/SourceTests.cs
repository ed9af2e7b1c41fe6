using System.Text.RegularExpressions;

namespace GPT4RoI.Architecture.Tests;

/// <summary>Rules that hold for every source file.</summary>
public sealed partial class SourceTests
{
    private const int LongestFile = 400;

    [Fact]
    public void Matmul_IsUsedNowhere() => // an error inside Tensor.matmul aborts the process instead of throwing
        AssertNoLine(["src", "tests"], Matmul());

    [Fact]
    public void Scheduling_SeesNoTensor() => AssertNoLine(["src/GPT4RoI.Engine/Scheduling"], TorchName());

    [Fact]
    public void WallClock_IsReadThroughTimeProvider() => AssertNoLine(["src"], WallClock());

    [Fact]
    public void Waiting_IsNeverASleep() => AssertNoLine(["src", "tests"], Sleep());

    [Fact]
    public void PackageVersions_AreCentralAndFixed()
    {
        var projects = Directory.EnumerateFiles(Repository.Root, "*.csproj", SearchOption.AllDirectories);
        Assert.DoesNotContain(projects, path => Regex.IsMatch(File.ReadAllText(path), "<PackageReference[^>]*Version="));
        Assert.DoesNotMatch("Version=\"[^\"]*\\*", File.ReadAllText(Path.Combine(Repository.Root, "Directory.Packages.props")));
    }

    [Fact]
    public void Files_StayShort()
    {
        var longFiles = Repository.SourceFiles("src").Concat(Repository.SourceFiles("tests"))
            .Where(path => File.ReadLines(path).Count() > LongestFile).Select(Repository.Relative);
        Assert.Empty(longFiles);
    }

    private static void AssertNoLine(string[] folders, Regex banned)
    {
        var files = folders.SelectMany(Repository.SourceFiles).Where(path => !path.EndsWith(nameof(SourceTests) + ".cs", StringComparison.Ordinal)).ToArray();
        Assert.NotEmpty(files);
        var hits = files.SelectMany(path => File.ReadLines(path)
            .Select((line, index) => (Line: line, Where: $"{Repository.Relative(path)}:{index + 1}"))
            .Where(hit => banned.IsMatch(hit.Line)).Select(hit => $"{hit.Where}: {hit.Line.Trim()}"));
        Assert.Empty(hits);
    }

    [GeneratedRegex(@"\bmatmul\s*\(|\bTensor\.matmul\b")]
    private static partial Regex Matmul();

    [GeneratedRegex(@"TorchSharp|\bTensor\b|\btorch\.")]
    private static partial Regex TorchName();

    [GeneratedRegex(@"\bDateTime(Offset)?\.(Utc)?Now\b")]
    private static partial Regex WallClock();

    [GeneratedRegex(@"\bThread\.Sleep\b")]
    private static partial Regex Sleep();
}
