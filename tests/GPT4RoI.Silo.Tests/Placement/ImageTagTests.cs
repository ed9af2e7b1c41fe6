using GPT4RoI.Contracts.Keys;
using GPT4RoI.Silo.Placement;

namespace GPT4RoI.Silo.Tests.Placement;

public sealed class ImageTagTests
{
    private static readonly string Random = new('7', 32);

    [Fact]
    public void Of_ConversationAndDescriberOfOneImage_AreTheSame() =>
        Assert.Equal(ImageTag.Of($"acme/0123abcd/{Random}"), ImageTag.Of(GrainKeys.Conversation("acme", $"c-0123abcd-{Random}")));

    [Fact]
    public void Of_OtherImageOrTenant_Differs()
    {
        string[] keys = [$"acme/c-0123abcd-{Random}", $"acme/c-0123abce-{Random}", $"other/c-0123abcd-{Random}"];
        Assert.Equal(3, keys.Select(ImageTag.Of).Distinct().Count());
    }

    [Theory]
    [InlineData("9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08")]
    [InlineData("acme/c-0123abcd")]
    [InlineData("")]
    public void Of_AnyOtherKey_IsTheKey(string key) => Assert.Equal(key, ImageTag.Of(key));
}
