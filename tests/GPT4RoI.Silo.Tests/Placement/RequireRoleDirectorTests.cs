using GPT4RoI.Silo.Placement;

namespace GPT4RoI.Silo.Tests.Placement;

public sealed class RequireRoleDirectorTests
{
    [Theory]
    [InlineData("llm", true)]
    [InlineData("vision,llm", true)]
    [InlineData("vision, llm", true)]
    [InlineData("llm-2", false)]
    [InlineData("vision,roi", false)]
    [InlineData("LLM", false)]
    [InlineData("", false)]
    public void Lists_RolesOfASilo_WholeEntriesOnly(string roles, bool expected) => Assert.Equal(expected, RequireRoleDirector.Lists(roles, "llm"));
}
