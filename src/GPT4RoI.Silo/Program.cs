using GPT4RoI.Silo.Hosting;

var builder = WebApplication.CreateSlimBuilder(args);
builder.AddSilo();

var app = builder.Build();
app.MapSilo();
return await app.RunOrExplainAsync();
