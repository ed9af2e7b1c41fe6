// Uploads a picture, asks about one region of it and prints the answer as it comes.
using GPT4RoI.Client;

var address = Environment.GetEnvironmentVariable("GPT4ROI_SERVER") ?? "http://localhost:5090";
var apiKey = Environment.GetEnvironmentVariable("GPT4ROI_API_KEY");
var picture = args.FirstOrDefault() ?? "models/demo-small/samples/scooter.png";

try
{
    await using var client = new Gpt4RoiClient(address, apiKey);
    var image = await client.UploadImageAsync(picture);
    await using var chat = await client.StartConversationAsync(image); // deleted at the end of its scope
    await foreach (var update in chat.AskAsync("What is <region1>?", [Region.Pixels(1, 4, 62, 78, 121)], SamplingOptions.Greedy))
    {
        Console.Write(update.Text);
    }
    Console.WriteLine();
    return 0;
}
catch (Gpt4RoiException failure) // a stream that broke is asked for again by the client first
{
    Console.Error.WriteLine($"\n{failure.Code}: {failure.Message}");
    return 1;
}
