using System.Text.Json;

namespace GPT4RoI.Architecture.Tests;

/// <summary>Who may reference whom. The list is the rule: a new reference is a decision to be made here first.</summary>
public sealed class ReferenceTests
{
    private static readonly Dictionary<string, string[]> Allowed = new()
    {
        ["GPT4RoI.Model"] = [],
        ["GPT4RoI.Engine"] = ["GPT4RoI.Model"],
        ["GPT4RoI.Contracts"] = [],
        ["GPT4RoI.Operations"] = [],
        ["GPT4RoI.Silo"] = ["GPT4RoI.Engine", "GPT4RoI.Contracts", "GPT4RoI.Operations"],
        ["GPT4RoI.Gateway"] = ["GPT4RoI.Contracts", "GPT4RoI.Operations"],
        ["GPT4RoI.Standalone"] = ["GPT4RoI.Silo", "GPT4RoI.Gateway"],
        ["GPT4RoI.Client"] = [],
        ["GPT4RoI.Training"] = ["GPT4RoI.Model"],
        ["GPT4RoI.Cli"] = ["GPT4RoI.Client", "GPT4RoI.Model", "GPT4RoI.Engine", "GPT4RoI.Training"],
    };

    [Fact]
    public void Projects_InSrc_AreExactlyTheListedOnes() =>
        Assert.Equal(Allowed.Keys.Order(), Directory.EnumerateDirectories(Path.Combine(Repository.Root, "src")).Select(Path.GetFileName).Order());

    [Theory]
    [MemberData(nameof(Projects))]
    public void ProjectReferences_OfEachProject_AreExactlyTheAllowedOnes(string project) =>
        Assert.Equal(Allowed[project].Order(), Repository.ProjectReferences(project).Order());

    [Theory]
    [InlineData("GPT4RoI.Contracts")]
    [InlineData("GPT4RoI.Gateway")]
    [InlineData("GPT4RoI.Client")]
    public void RestoredPackages_OfATorchFreeProject_HoldNoTorch(string project)
    {
        using var assets = JsonDocument.Parse(File.ReadAllText(Path.Combine(Repository.Root, "src", project, "obj", "project.assets.json")));
        var libraries = assets.RootElement.GetProperty("libraries").EnumerateObject().Select(library => library.Name).ToArray();
        Assert.NotEmpty(libraries);
        Assert.DoesNotContain(libraries, name => name.Contains("torch", StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public void Orleans_IsOnlyPackageOfContracts() =>
        Assert.Equal(["Microsoft.Orleans.Sdk"], Repository.PackageReferences("GPT4RoI.Contracts"));

    [Fact]
    public void Torch_IsReferencedByTheModelOnly()
    {
        var users = Allowed.Keys.Where(project => Repository.PackageReferences(project).Any(name => name.StartsWith("TorchSharp", StringComparison.Ordinal)));
        Assert.Equal(["GPT4RoI.Model"], users);
    }

    public static TheoryData<string> Projects() => [.. Allowed.Keys];
}
