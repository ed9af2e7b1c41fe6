using System.Text.Json;

namespace GPT4RoI.Gateway.OpenAi;

/// <summary>A stream of JSON events.</summary>
internal static class ServerSentEvents
{
    private static ReadOnlyMemory<byte> Data { get; } = "data: "u8.ToArray();

    private static ReadOnlyMemory<byte> End { get; } = "\n\n"u8.ToArray();

    private static ReadOnlyMemory<byte> Done { get; } = "data: [DONE]\n\n"u8.ToArray();

    /// <summary>Sets the headers.</summary>
    public static void Begin(HttpResponse response)
    {
        response.ContentType = "text/event-stream";
        response.Headers.CacheControl = "no-cache";
        response.Headers["x-accel-buffering"] = "no"; // for proxies that collect answers
    }

    /// <summary>Sends one event.</summary>
    public static async Task WriteAsync<T>(HttpResponse response, T value, CancellationToken cancellationToken)
    {
        var body = response.BodyWriter;
        await body.WriteAsync(Data, cancellationToken);
        await body.WriteAsync(JsonSerializer.SerializeToUtf8Bytes(value, ChatJson.Options), cancellationToken);
        await body.WriteAsync(End, cancellationToken);
    }

    /// <summary>Sends OpenAI's mark of the end.</summary>
    public static async Task EndAsync(HttpResponse response, CancellationToken cancellationToken) => await response.BodyWriter.WriteAsync(Done, cancellationToken);
}
