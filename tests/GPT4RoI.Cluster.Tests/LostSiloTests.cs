using GPT4RoI.Client;
using GPT4RoI.Cluster.Tests.Processes;

namespace GPT4RoI.Cluster.Tests;

public sealed class LostSiloTests(ClusterFixture fixture)
{
    private const int Tries = 40;

    [Fact]
    public async Task Ask_ItsSiloWasKilled_GoesOnElsewhereWithItsHistory()
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        var cluster = await fixture.StartAsync(cancellationToken);
        await using var client = cluster.Connect();
        var golden = GoldenConversation.Read("multiturn.clean");
        var sampling = SamplingOptions.Greedy with { MaxTokens = 24 };
        var doomed = cluster.StartLlm("llm-3");
        await doomed.UntilReadyAsync(cancellationToken);

        // images are spread over the silos: some conversation lands on the new one
        Conversation? chat = null;
        for (var copy = 0; (await doomed.EngineAsync(cancellationToken)).OutputTokens == 0 && copy < Tries; copy++)
        {
            using var picture = Pictures.Copy(golden.ImagePath, 3000 + copy);
            chat = await client.StartConversationAsync(await client.UploadImageAsync(picture, cancellationToken), cancellationToken);
            await chat.GetAnswerAsync(golden.Turns[0].Question, golden.Turns[0].NewRegions, sampling, cancellationToken);
        }
        Assert.True((await doomed.EngineAsync(cancellationToken)).OutputTokens > 0, "no conversation was placed on the new silo");
        await doomed.Process.KillAsync();

        Answer? answer = null;
        await Poll.UntilAsync(
            "the conversation answers again",
            async () =>
            {
                try
                {
                    answer = await chat!.GetAnswerAsync(golden.Turns[1].Question, golden.Turns[1].NewRegions, sampling, cancellationToken);
                    return true;
                }
                catch (Gpt4RoiException exception) when (exception.Code == Grpc.Core.StatusCode.Unavailable)
                {
                    return false;
                }
            },
            cancellationToken);

        Assert.Equal(golden.Turns[1].Answer, answer!.Text);
        Assert.Equal(2, (await chat!.GetAsync(cancellationToken)).Turns.Count);
    }
}
