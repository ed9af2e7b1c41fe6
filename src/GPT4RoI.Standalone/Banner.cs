using System.Globalization;
using GPT4RoI.Contracts.Models;
using GPT4RoI.Gateway.Hosting;
using GPT4RoI.Gateway.Rest;
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
        var gateway = app.Services.GetRequiredService<IOptions<GatewayOptions>>().Value;
        var operations = app.Services.GetRequiredService<IOptions<OperationsOptions>>().Value.Port;
        var own = app.Urls.Where(url => operations != 0 && new Uri(url).Port == operations).ToList();
        var listening = app.Urls.Except(own).Order(StringComparer.Ordinal).ToList();
        var page = new Uri(listening.Find(url => new Uri(url).Port == gateway.HttpPort) ?? listening[^1]);
        Console.WriteLine($"""

            GPT4RoI.Standalone is ready: open {page.Scheme}://localhost:{page.Port}/ in a browser.
              listening  {string.Join("  ", listening)}
              operators  {string.Join("  ", own.Select(url => $"{url}/health/ready  {url}/metrics  {url}/debug/engine"))}
              reference  {page.Scheme}://localhost:{page.Port}{Reference.Page}
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
        var server = gateway.GrpcPort is DefaultGrpcPort or 0 ? "" : string.Create(CultureInfo.InvariantCulture, $"--server http://localhost:{gateway.GrpcPort} ");
        Console.WriteLine($"""

            Ask about a region of a picture:
              dotnet run -c Release --project src/GPT4RoI.Cli -- ask {server}--image {example.Image} --box {example.Box} "{example.Question}"

            Ctrl-C stops.
            """);
    }
}
