using GPT4RoI.Gateway.Hosting;

var builder = WebApplication.CreateBuilder(args);
builder.AddGateway();
builder.AddClusterClient();

var app = builder.Build();
app.MapGateway();
try
{
    await app.RunAsync();
}
catch (OperationCanceledException) when (app.Lifetime.ApplicationStopping.IsCancellationRequested)
{
    // told to stop while it was still waiting for the cluster
}
