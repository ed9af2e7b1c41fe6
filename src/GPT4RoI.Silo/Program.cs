using GPT4RoI.Model.Weights;
using GPT4RoI.Operations;
using GPT4RoI.Silo.Hosting;

return await StartFailures.ExplainAsync(async () =>
{
    var builder = WebApplication.CreateSlimBuilder(args);
    builder.AddSecretFiles();
    builder.AddOperations("gpt4roi-silo");
    builder.AddSilo();

    await using var app = builder.Build();
    app.CheckSettings();
    app.MapOperations();
    app.MapSilo();
    await app.RunAsync();
}, exception => exception is WeightsException);
