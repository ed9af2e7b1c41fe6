using GPT4RoI.Client;
using GPT4RoI.Training.Evaluation;
using Grpc.Core;

namespace GPT4RoI.Cli.Eval;

/// <summary>Answers with the model behind a gateway. A server that is not there, or cannot serve, ends the run; any other refusal fails one record.</summary>
internal sealed class ClusterAnswerer : IRegionAnswerer
{
    private const int KeptUploads = 4096;

    private readonly Gpt4RoiClient _client;
    private readonly OncePerImage<ImageInfo> _uploads;

    private ClusterAnswerer(Gpt4RoiClient client, string name) => (_client, Name, _uploads) = (client, name, new(UploadAsync, KeptUploads));

    public string Name { get; }

    /// <param name="client">Borrowed.</param>
    /// <param name="address">The server's, for the report.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="Gpt4RoiException">The server does not say which model it serves.</exception>
    public static async Task<ClusterAnswerer> ConnectAsync(Gpt4RoiClient client, string address, CancellationToken cancellationToken)
    {
        var model = await client.GetModelAsync(cancellationToken);
        return new(client, $"{model.Name} at {address}");
    }

    public async Task<IReadOnlyList<string>> AnswerAsync(
        EvaluationImage image, IReadOnlyList<RegionQuestion> questions, CancellationToken cancellationToken)
    {
        try
        {
            var uploaded = await _uploads.GetAsync(image, cancellationToken);
            await using var conversation = await _client.StartConversationAsync(uploaded, cancellationToken);
            var answers = new List<string>();
            foreach (var question in questions)
            {
                var regions = question.NewRegions.Select(region => region.Within(uploaded.Width, uploaded.Height))
                    .Select(box => Region.Pixels(box.Id, box.X1, box.Y1, box.X2, box.Y2));
                var sampling = SamplingOptions.Greedy with { MaxTokens = question.MaxTokens };
                answers.Add((await conversation.GetAnswerAsync(question.Text, [.. regions], sampling, cancellationToken)).Text);
            }
            return answers;
        }
        catch (Gpt4RoiException refusal) when (refusal.Code is not (StatusCode.Unavailable or StatusCode.Unauthenticated or StatusCode.PermissionDenied))
        {
            var fields = refusal.FieldViolations.Select(field => $"{field.Field}: {field.Description}");
            throw new AnswerFailedException(string.Join(" ", [refusal.Message, .. fields]), refusal);
        }
    }

    private async Task<ImageInfo> UploadAsync(EvaluationImage image, CancellationToken cancellationToken) =>
        await _client.UploadImageAsync(new MemoryStream(await image.ReadAsync(cancellationToken)), cancellationToken);
}
