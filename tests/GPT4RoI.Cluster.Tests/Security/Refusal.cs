using System.Text;
using GPT4RoI.Client;
using GPT4RoI.Cluster.Tests.Processes;
using Grpc.Core;

namespace GPT4RoI.Cluster.Tests.Security;

/// <summary>Looks at how a call failed, down to the bytes on the wire.</summary>
internal static class Refusal
{
    private static readonly string[] Internals =
        ["SkiaSharp", "Exception", "at GPT4RoI", "0x", ".cs", ".dll", "Orleans", "Redis", "libtorch", "gpt4roi:", "/tmp", "/home", Built.Root];

    /// <summary>The call fails with this status and reason, and tells nothing of the server's inside.</summary>
    public static async Task<Gpt4RoiException> OfAsync(StatusCode code, string reason, Func<Task> call)
    {
        var refused = await Assert.ThrowsAsync<Gpt4RoiException>(call);
        Assert.True(
            (code, reason) == (refused.Code, refused.Reason), $"expected {code} {reason}, got {refused.Code} {refused.Reason}: {refused.Message}");
        var wire = Wire(refused);
        Assert.All(Internals, word => Assert.DoesNotContain(word, wire, StringComparison.OrdinalIgnoreCase));
        return refused;
    }

    /// <summary>INVALID_ARGUMENT that names this field.</summary>
    public static async Task<Gpt4RoiException> OfFieldAsync(string field, string reason, Func<Task> call)
    {
        var refused = await OfAsync(StatusCode.InvalidArgument, reason, call);
        Assert.Equal(field, Assert.Single(refused.FieldViolations).Field);
        return refused;
    }

    /// <summary>Status and every trailer as they came, readable; but for the time of day, which differs between any two calls.</summary>
    public static string Wire(this Gpt4RoiException refused)
    {
        var rpc = Assert.IsType<RpcException>(refused.InnerException);
        var trailers = rpc.Trailers.Where(entry => entry.Key != "date")
            .Select(entry => $"{entry.Key}={(entry.IsBinary ? Encoding.Latin1.GetString(entry.ValueBytes) : entry.Value)}");
        return string.Join('\n', trailers.Order(StringComparer.Ordinal).Prepend($"{rpc.StatusCode}: {rpc.Status.Detail}"));
    }
}
