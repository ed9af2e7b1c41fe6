using GPT4RoI.Silo.Hosting;

return await StartFailures.ExplainAsync(async () =>
{
    var builder = WebApplication.CreateSlimBuilder(args);
    builder.AddSilo();

    await using var app = builder.Build();
    app.MapSilo();
    await app.RunAsync();
});
