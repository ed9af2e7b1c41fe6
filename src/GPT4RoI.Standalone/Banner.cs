using System.Globalization;
using GPT4RoI.Contracts.Models;
using GPT4RoI.Gateway.Hosting;
using GPT4RoI.Operations;
using GPT4RoI.Silo.Hosting;
using Microsoft.Extensions.Options;

namespace GPT4RoI.Standalone;

/// <summary>What a person reads when the server is ready.</summary>
internal static class Banner
{
    private static readonly ModelExample AnyPicture = new("photo.jpg", "60,10,150,120", "What is <region1>?");

    private const int DefaultGrpcPort = 5090;

    /// <summary>Says where the server listens, what it serves, and how to ask.</summary>
    public static async Task WriteAsync(WebApplication app, DataDirectory data)
    {
        var model = await app.Services.GetRequiredService<IGrainFactory>().GetGrain<IModelGrain>(0).GetAsync(CancellationToken.None);
        var silo = app.Services.GetRequiredService<IOptions<SiloOptions>>().Value;
        var grpcPort = app.Services.GetRequiredService<IOptions<GatewayOptions>>().Value.GrpcPort;
        var operations = app.Services.GetRequiredService<IOptions<OperationsOptions>>().Value.Port;
        var own = app.Urls.Where(url => operations != 0 && new Uri(url).Port == operations).ToList();
        Console.WriteLine($"""

            GPT4RoI.Standalone is ready.
              listening  {string.Join("  ", app.Urls.Except(own).Order(StringComparer.Ordinal))}
              operators  {string.Join("  ", own.Select(url => $"{url}/health/ready  {url}/metrics  {url}/debug/engine"))}
              model      {model.Name}
              data       {data.Path}
            """);
        if (model.AnswersAreMeaningless)
        {
            Console.WriteLine("""

                *** This model has random weights: it is here to try the server. Its answers are meaningless. ***
                """);
        }
        var example = ModelCard.Read(silo.Model).Example is { } carded ? carded with { Image = Path.Combine(silo.Model, carded.Image) } : AnyPicture;
        var server = grpcPort is DefaultGrpcPort or 0 ? "" : string.Create(CultureInfo.InvariantCulture, $"--server http://localhost:{grpcPort} ");
        Console.WriteLine($"""

            Ask about a region of a picture:
              dotnet run -c Release --project src/GPT4RoI.Cli -- ask {server}--image {example.Image} --box {example.Box} "{example.Question}"

            Ctrl-C stops.
            """);
    }
}
