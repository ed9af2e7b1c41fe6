using GPT4RoI.Gateway.Hosting;

var builder = WebApplication.CreateBuilder(args);
builder.AddGateway();
builder.AddClusterClient();

var app = builder.Build();
app.MapGateway();
await app.RunAsync();
