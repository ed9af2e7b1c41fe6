using GPT4RoI.Gateway.Hosting;
using GPT4RoI.Operations;

return await StartFailures.ExplainAsync(async () =>
{
    var builder = WebApplication.CreateBuilder(args);
    builder.AddSecretFiles();
    builder.AddOperations("gpt4roi-gateway");
    builder.AddGateway();
    builder.AddClusterClient();

    await using var app = builder.Build();
    app.CheckSettings();
    app.MapOperations();
    app.MapGateway();
    try
    {
        await app.RunAsync();
    }
    catch (OperationCanceledException) when (app.Lifetime.ApplicationStopping.IsCancellationRequested)
    {
        // told to stop while it was still waiting for the cluster
    }
});
