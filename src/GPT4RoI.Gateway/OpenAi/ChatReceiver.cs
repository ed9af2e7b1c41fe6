using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using GPT4RoI.Contracts.Conversations;
using GPT4RoI.Contracts.Models;
using GPT4RoI.Gateway.Admission;
using GPT4RoI.Gateway.Cluster;
using GPT4RoI.Gateway.Errors;
using GPT4RoI.Gateway.Images;
using GPT4RoI.Gateway.Mapping;
using GPT4RoI.Gateway.Tenants;
using Microsoft.Extensions.Options;

namespace GPT4RoI.Gateway.OpenAi;

/// <summary>
/// Reads and checks requests, and stores their pictures. A request is an upload: it has the same limits of size, time and number, and its bytes are let go
/// before the answer begins.
/// </summary>
internal sealed class ChatReceiver(UploadReceiver uploads, ImageStore images, ServedModel served, IOptions<AdmissionOptions> limits, TimeProvider time)
{
    /// <summary>Receives one request.</summary>
    /// <exception cref="ClusterErrorException">It is wrong, or there is no room for it.</exception>
    public async Task<ChatCall> ReceiveAsync(HttpRequest request, Tenant tenant, CancellationToken cancellationToken)
    {
        // a page of another site can send any other type without asking first
        if (!request.HasJsonContentType())
        {
            throw Refused("content-type", "CONTENT_TYPE", "The body must be application/json.");
        }
        var model = await served.GetAsync(cancellationToken);
        return await uploads.ReceiveAsync(tenant.Id, async token => await ReadAsync(await ParseAsync(request.Body, token), tenant, model, token), cancellationToken);
    }

    private static async Task<ChatBody> ParseAsync(Stream body, CancellationToken cancellationToken)
    {
        try
        {
            return await JsonSerializer.DeserializeAsync<ChatBody>(body, ChatJson.Options, cancellationToken) ?? throw Refused("", "JSON", "The body is null.");
        }
        catch (JsonException exception)
        {
            var path = exception.Path?.TrimStart('$', '.') ?? "";
            throw Refused(path, "JSON", path.Length > 0 ? $"{path} is not what it should be." : "The body is not JSON.");
        }
    }

    private async Task<ChatCall> ReadAsync(ChatBody body, Tenant tenant, ModelInfo model, CancellationToken cancellationToken)
    {
        ChatBodyRules.Check(body, model.Name).ThrowIfFailed();
        var id = $"chatcmpl-{Guid.NewGuid():n}";
        var sampling = body.ToSampling().OrThrow().ToContract(id);
        var regions = body.ToRegions().OrThrow();
        var prompt = ChatPrompt.Read(body.Messages).OrThrow();
        if (prompt.Picture.Count > limits.Value.MaxImageBytes)
        {
            throw Refused("messages", "IMAGE_TOO_LARGE", $"The picture has {prompt.Picture.Count} bytes; the limit is {limits.Value.MaxImageBytes}.");
        }
        var header = ImageHeader.Read(prompt.Picture, limits.Value).OrThrow();
        var image = await images.PutAsync(tenant, prompt.Picture, header, cancellationToken);
        RegionRules.Check(regions, image, "regions").ThrowIfFailed();
        var (history, newRegions) = prompt.Place(regions, image).OrThrow();
        return new(
            new(id, time.GetUtcNow().ToUnixTimeSeconds(), model.Name, $"fp_{model.Fingerprint[..12]}"),
            new ChatRequest(tenant.Id, image, history, prompt.Question, newRegions, sampling),
            body.Stream == true,
            body.StreamOptions is { IncludeUsage: true },
            body.Logprobs == true ? body.TopLogprobs ?? 0 : null);
    }

    /// <summary>Key of the grain that answers: the same for every turn of a conversation, which begins with the same picture and question.</summary>
    public static string KeyOf(ChatRequest request)
    {
        var first = request.History.Count > 0 ? request.History[0].Question : request.Question;
        return $"{request.TenantId}/{ConversationIds.ImageTag(request.Image)}/{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(first)).AsSpan(..16))}";
    }

    private static ClusterErrorException Refused(string field, string reason, string message) => new(Invalid.Field(field, reason, message));
}
