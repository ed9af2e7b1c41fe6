using GPT4RoI.Gateway.Hosting;
using GPT4RoI.Model.Weights;
using GPT4RoI.Operations;
using GPT4RoI.Silo.Hosting;
using GPT4RoI.Standalone;

return await StartFailures.ExplainAsync(async () =>
{
    // 1. the stores, which everything else needs: conversations survive restarts, features need not
    var builder = WebApplication.CreateBuilder(args);
    var settings = builder.Configuration.GetSection(StandaloneOptions.Section).Get<StandaloneOptions>() ?? new StandaloneOptions();
    var data = new DataDirectory(settings.Directory);
    using var control = EmbeddedStore.Durable(data.Control);
    using var features = EmbeddedStore.Cache(settings.FeatureMemory);

    // 2. one silo with every role and a gateway, over these stores; what the user sets wins
    builder.Configuration.Sources.Insert(0, StandaloneDefaults.Create(control, features, data));
    builder.AddOperations("gpt4roi-standalone");
    builder.AddSilo(StandaloneDefaults.UseOwnMembership);
    builder.AddGateway();
    await using var app = builder.Build();
    app.CheckSettings();
    app.MapOperations();
    app.MapGateway();
    app.MapSilo();

    // 3. ready
    await app.StartAsync();
    await Banner.WriteAsync(app, data);
    await app.WaitForShutdownAsync();
}, exception => exception is WeightsException);
