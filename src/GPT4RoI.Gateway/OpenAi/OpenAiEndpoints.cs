using GPT4RoI.Contracts.Conversations;
using GPT4RoI.Gateway.Admission;
using GPT4RoI.Gateway.Cluster;
using GPT4RoI.Gateway.Errors;
using GPT4RoI.Gateway.Hosting;
using GPT4RoI.Gateway.Services;

namespace GPT4RoI.Gateway.OpenAi;

/// <summary><c>/v1/chat/completions</c> and <c>/v1/models</c>, for clients of OpenAI's API.</summary>
internal sealed class OpenAiEndpoints(
    HttpDoor door, ChatReceiver receiver, AdmissionGate gate, StreamRelay relay, ServedModel served, IGrainFactory grains, GatewayInstruments instruments)
{
    private static readonly ChatErrors Errors = new();

    /// <summary>Maps them.</summary>
    public static void Map(IEndpointRouteBuilder routes)
    {
        var v1 = routes.MapGroup("/v1");
        v1.MapPost("/chat/completions", (HttpContext http, OpenAiEndpoints endpoints) => endpoints.CompleteAsync(http));
        v1.MapGet("/models", (HttpContext http, OpenAiEndpoints endpoints) => endpoints.ListModelsAsync(http));
        v1.MapGet("/models/{id}", (HttpContext http, OpenAiEndpoints endpoints, string id) => endpoints.GetModelAsync(http, id));
    }

    private Task CompleteAsync(HttpContext http) => door.EnterAsync(http, Errors, async (tenant, aborted) =>
    {
        var call = await receiver.ReceiveAsync(http.Request, tenant, aborted);
        using var slot = gate.EnterStream(tenant.Id).OrThrow();
        var grain = grains.GetGrain<IChatGrain>(ChatReceiver.KeyOf(call.Request));
        var answer = new ResumableAnswer((relayed, token) => grain.AnswerAsync(call.Request with { Relayed = relayed }, token), RelayedAnswer.Nothing);
        IChatWriter writer = call.Stream ? new StreamedAnswer(http.Response, call) : new WholeAnswer(http.Response, call);
        await relay.RunAsync(answer, writer.TakeAsync, aborted);
        if (!answer.HasEnded)
        {
            throw new ClusterErrorException(StreamEnds.TooEarly);
        }
        if (answer.Usage is { } usage)
        {
            instruments.Answered(tenant.Id, usage);
        }
    });

    private Task ListModelsAsync(HttpContext http) => door.EnterAsync(http, Errors, async (_, aborted) =>
        await http.Response.WriteAsJsonAsync(new ModelList([new((await served.GetAsync(aborted)).Name)]), ChatJson.Options, aborted));

    private Task GetModelAsync(HttpContext http, string id) => door.EnterAsync(http, Errors, async (_, aborted) =>
    {
        var model = await served.GetAsync(aborted);
        if (model.Name != id)
        {
            throw new ClusterErrorException(new(ErrorCode.NotFound, "MODEL_NOT_FOUND", $"The model \"{id}\" does not exist; this server has \"{model.Name}\".", "model"));
        }
        await http.Response.WriteAsJsonAsync(new ModelEntry(id), ChatJson.Options, aborted);
    });
}
