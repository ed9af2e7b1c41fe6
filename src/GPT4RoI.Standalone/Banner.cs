using GPT4RoI.Contracts.Models;
using Microsoft.Extensions.Options;
using GPT4RoI.Silo.Hosting;

namespace GPT4RoI.Standalone;

/// <summary>What a person reads when the server is ready.</summary>
internal static class Banner
{
    private const string Sample = "samples/astronaut.png";

    /// <summary>Says where the server listens, what it serves, and how to ask.</summary>
    public static async Task WriteAsync(WebApplication app, DataDirectory data)
    {
        var model = await app.Services.GetRequiredService<IGrainFactory>().GetGrain<IModelGrain>(0).GetAsync(CancellationToken.None);
        var folder = app.Services.GetRequiredService<IOptions<SiloOptions>>().Value.Model;
        var addresses = app.Urls.ToList();
        Console.WriteLine($"""

            GPT4RoI.Standalone is ready.
              listening  {string.Join("  ", addresses)}
              model      {model.Name}
              data       {data.Path}
            """);
        if (model.AnswersAreMeaningless)
        {
            Console.WriteLine("""

                *** This model has random weights: it is here to try the server. Its answers are meaningless. ***
                """);
        }
        Console.WriteLine($"""

            Ask about a region of a picture:
              dotnet run -c Release --project src/GPT4RoI.Cli -- ask --image {Path.Combine(folder, Sample)} --box 60,10,150,120 "What is <region1>?"

            Ctrl-C stops.
            """);
    }
}
