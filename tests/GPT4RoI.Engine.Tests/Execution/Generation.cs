using System.Text;
using GPT4RoI.Engine.Requests;

namespace GPT4RoI.Engine.Tests.Execution;

/// <summary>All events of a stream, put together.</summary>
internal sealed record Generation(int[] Tokens, string Text, TokenLogprob[] Logprobs, GenerationFinished Finished)
{
    public FinishReason Reason => Finished.Reason;

    public static async Task<Generation> ReadAsync(GenerationStream stream)
    {
        var tokens = new List<int>();
        var text = new StringBuilder();
        var logprobs = new List<TokenLogprob>();
        GenerationFinished? finished = null;
        await foreach (var next in stream.WithCancellation(TestContext.Current.CancellationToken))
        {
            Assert.Null(finished);
            finished = next as GenerationFinished;
            if (next is not TokensGenerated generated)
                continue;
            tokens.AddRange(generated.TokenIds);
            text.Append(generated.Text);
            logprobs.AddRange(generated.Logprobs);
        }
        Assert.NotNull(finished);
        return new Generation([.. tokens], text.ToString(), [.. logprobs], finished);
    }
}
