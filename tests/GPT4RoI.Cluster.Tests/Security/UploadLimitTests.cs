using System.Buffers.Binary;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Grpc.Core;

namespace GPT4RoI.Cluster.Tests.Security;

/// <summary>One cap on the bytes of an image, however they come.</summary>
public sealed class UploadLimitTests(ClusterFixture fixture)
{
    private const int MaxImageBytes = 20 * 1024 * 1024, ChunkBytes = 256 * 1024;
    private const string TooLarge = "The upload is larger than the limit of 20971520 bytes.";

    [Fact]
    public async Task Upload_OneByteTooManyInGrpcChunks_NamesTheLimit()
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        await using var client = (await fixture.StartAsync(cancellationToken)).Connect();

        var refused = await Refusal.OfFieldAsync("chunk", "IMAGE_TOO_LARGE", () => client.UploadAsync(PaddedTo(MaxImageBytes + 1), cancellationToken));

        Assert.Equal(TooLarge, refused.Message);
        Assert.Equal(MaxImageBytes, (await client.UploadAsync(PaddedTo(MaxImageBytes), cancellationToken)).SizeBytes);
    }

    [Theory]
    [InlineData("application/grpc-web")]
    [InlineData("application/grpc-web-text")]
    public async Task Upload_OneByteTooManyOverGrpcWeb_NamesTheSameLimit(string contentType)
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        var cluster = await fixture.StartAsync(cancellationToken);

        var fits = await PostAsync(cluster.Gateway.Web, contentType, PaddedTo(MaxImageBytes), cancellationToken);
        var refused = await PostAsync(cluster.Gateway.Web, contentType, PaddedTo(MaxImageBytes + 1), cancellationToken);

        Assert.Contains("grpc-status: 0", fits, StringComparison.Ordinal);
        Assert.Contains($"grpc-status: {(int)StatusCode.InvalidArgument}", refused, StringComparison.Ordinal);
        Assert.Contains(TooLarge, refused, StringComparison.Ordinal);
    }

    /// <summary>A PNG with bytes behind its end.</summary>
    private static byte[] PaddedTo(int length)
    {
        var file = PngFile.Write(8, 8, PngColor.Grey, new byte[64]);
        Array.Resize(ref file, length);
        return file;
    }

    /// <summary>What a web page does: every message framed as gRPC frames it, as text each in base64 on its own, all in one body. Gives status and message.</summary>
    private static async Task<string> PostAsync(Uri web, string contentType, byte[] file, CancellationToken cancellationToken)
    {
        var isText = contentType.Contains("text", StringComparison.Ordinal);
        using var body = new MemoryStream();
        foreach (var chunk in file.Chunk(ChunkBytes))
        {
            var message = UploadRequest(chunk);
            var frame = new byte[5];
            BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(1), message.Length);
            byte[] framed = [.. frame, .. message];
            body.Write(isText ? Encoding.ASCII.GetBytes(Convert.ToBase64String(framed)) : framed);
        }
        using var content = new ByteArrayContent(body.ToArray());
        content.Headers.ContentType = new MediaTypeHeaderValue(contentType);
        using var http = new HttpClient { DefaultRequestVersion = HttpVersion.Version11 };
        http.DefaultRequestHeaders.Accept.ParseAdd(contentType);
        using var response = await http.PostAsync(new Uri(web, "/gpt4roi.v1.ImageService/UploadImage"), content, cancellationToken);

        var reply = await response.Content.ReadAsByteArrayAsync(cancellationToken);
        var trailers = Encoding.Latin1.GetString(isText ? Base64(Encoding.ASCII.GetString(reply)) : reply);
        var headers = response.Headers.Where(header => header.Key.StartsWith("grpc-", StringComparison.OrdinalIgnoreCase))
            .Select(header => $"{header.Key}: {header.Value.Single()}");
        return Uri.UnescapeDataString(string.Join('\n', headers.Append(trailers)));
    }

    /// <summary>gpt4roi.v1.UploadImageRequest: field 1 is the chunk.</summary>
    private static byte[] UploadRequest(byte[] chunk)
    {
        using var message = new MemoryStream();
        using var writer = new BinaryWriter(message);
        writer.Write((byte)0x0A);
        writer.Write7BitEncodedInt(chunk.Length);
        writer.Write(chunk);
        return message.ToArray();
    }

    /// <summary>gRPC-Web-text joins pieces that are padded each on their own.</summary>
    private static byte[] Base64(string text) => [.. text.Chunk(4).SelectMany(four => Convert.FromBase64CharArray(four, 0, four.Length))];
}
