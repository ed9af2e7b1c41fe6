using System.Net;
using GPT4RoI.Gateway.Hosting;
using GPT4RoI.Gateway.Tenants;
using GPT4RoI.Gateway.Tests.Fixtures;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace GPT4RoI.Gateway.Tests.Tenants;

public sealed class TenantDirectoryTests
{
    [Theory]
    [InlineData("127.0.0.1", "localhost", true)]
    [InlineData("127.8.9.1", "127.0.0.1", true)]
    [InlineData("::1", "[::1]", true)]
    [InlineData("::ffff:127.0.0.1", "LOCALHOST", true)]
    [InlineData("192.0.2.7", "localhost", false)]
    [InlineData("::ffff:192.0.2.7", "127.0.0.1", false)]
    [InlineData("127.0.0.1", "rebound.example", false)] // a web page whose name resolves to loopback
    [InlineData("127.0.0.1", "192.0.2.7", false)]
    [InlineData("127.0.0.1", "", false)]
    [InlineData(null, "localhost", false)]
    public void IsLocal_NeedsLoopbackOnBothEnds(string? remote, string host, bool local) =>
        Assert.Equal(local, TenantDirectory.IsLocal(remote is null ? null : IPAddress.Parse(remote), host));

    [Fact]
    public void TryFindByKey_SeveralKeys_FindsEachOnesTenantOnly()
    {
        var options = new GatewayOptions();
        new ConfigurationBuilder().AddInMemoryCollection(ApiKeys.For(("k1", "a"), ("k2", "b"), ("k3", "a"))).Build().GetSection("Gateway").Bind(options);
        var directory = new TenantDirectory(Options.Create(options));
        string? Find(string key) => directory.TryFindByKey(key, out var tenant) ? tenant.Id : null;

        Assert.Equal(["a", "b", "a"], ((string[])["k1", "k2", "k3"]).Select(Find));
        Assert.All(["", "k", "k1 ", "K1", new string('k', 100_000)], key => Assert.Null(Find(key)));
    }

    [Theory]
    [InlineData("a", true)]
    [InlineData("team-7", true)]
    [InlineData("", false)]
    [InlineData("A", false)]
    [InlineData("a/b", false)]
    [InlineData("a:b", false)]
    [InlineData("a\n", false)]
    [InlineData("0123456789012345678901234567890123456789012345678901234567890123", true)]
    [InlineData("01234567890123456789012345678901234567890123456789012345678901234", false)]
    public void IsValidId_OnlySafeCharacters(string id, bool valid) => Assert.Equal(valid, Tenant.IsValidId(id));
}
