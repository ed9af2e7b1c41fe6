using GPT4RoI.Gateway.Hosting;
using GPT4RoI.Operations;

var builder = WebApplication.CreateBuilder(args);
builder.AddOperations("gpt4roi-gateway");
builder.AddGateway();
builder.AddClusterClient();

var app = builder.Build();
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
