using System.Net;
using System.Net.Http.Headers;

namespace GPT4RoI.Client.Tests.Fakes;

/// <summary>A server that refuses a call at once and reads nothing of what is sent to it.</summary>
/// <param name="message">Why it refuses.</param>
internal sealed class DeafHandler(string message) : HttpMessageHandler
{
    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        _ = request.Content!.CopyToAsync(new FullStream(), CancellationToken.None);
        var response = new HttpResponseMessage(HttpStatusCode.OK) { Version = HttpVersion.Version20, RequestMessage = request, Content = new ByteArrayContent([]) };
        response.Content.Headers.ContentType = new MediaTypeHeaderValue("application/grpc");
        response.Headers.Add("grpc-status", "3");
        response.Headers.Add("grpc-message", message);
        return Task.FromResult(response);
    }

    // Takes nothing.
    private sealed class FullStream : Stream
    {
        private readonly TaskCompletionSource _never = new();

        public override bool CanRead => false;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) => new(_never.Task);

        public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => _never.Task;

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override void Flush()
        {
        }

        public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();
    }
}
