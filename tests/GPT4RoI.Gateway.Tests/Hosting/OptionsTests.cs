using GPT4RoI.Gateway.Tests.Fixtures;
using Microsoft.Extensions.Options;

namespace GPT4RoI.Gateway.Tests.Hosting;

/// <summary>A wrong setting stops the gateway at its start, by name.</summary>
public sealed class OptionsTests(Backend backend)
{
    [Theory]
    [InlineData("Gateway:GrpcPort", "70000")]
    [InlineData("Gateway:ApiKeys:0:Tenant", "Not Valid")]
    [InlineData("Gateway:ApiKeys:0:Sha256", "abc")]
    [InlineData("Gateway:CorsOrigins:0", "https://app.example/path")]
    [InlineData("Gateway:Admission:MaxImageBytes", "0")]
    [InlineData("Gateway:Admission:MaxTurnDuration", "00:00:00")]
    [InlineData("Cluster:Secret", "c2hvcnQ=")]
    [InlineData("Cluster:Secret", "")]
    [InlineData("Cluster:Secret", "not base64")]
    [InlineData("Cluster:ResponseTimeout", "1.00:00:00")]
    [InlineData("Store:Features", "")]
    [InlineData("Store:MediaLifetime", "00:00:01")]
    public async Task Start_BadSetting_FailsAndNamesTheKey(string key, string value)
    {
        var failure = await Assert.ThrowsAnyAsync<Exception>(() => GatewayHost.StartAsync(backend, new() { [key] = value }));
        var options = failure as OptionsValidationException ?? Assert.IsType<AggregateException>(failure).InnerExceptions.OfType<OptionsValidationException>().First();
        Assert.Contains(options.Failures, text => text.Contains(key, StringComparison.Ordinal) || text.Contains(key.Replace(":0", "", StringComparison.Ordinal), StringComparison.Ordinal));
    }

    [Fact]
    public async Task Start_SamePorts_Fails() =>
        await Assert.ThrowsAsync<OptionsValidationException>(
            () => GatewayHost.StartAsync(backend, new() { ["Gateway:GrpcPort"] = "5090", ["Gateway:HttpPort"] = "5090" }));
}
