using GPT4RoI.Operations;

namespace GPT4RoI.Silo.Hosting;

/// <summary>What a silo shows beside its health.</summary>
internal static class SiloEndpoints
{
    /// <summary>Maps <c>/debug/engine</c>, the engine's snapshot, for this host alone.</summary>
    public static void MapSilo(this WebApplication app) => app.MapGet(
        "/debug/engine",
        (HttpContext context, ModelHost model) => OperationsPort.IsLocal(context) && model.HasLanguage ? Results.Json(model.Language.Engine.Snapshot) : Results.NotFound());
}
