using System.Text;
using GPT4RoI.Client.Mapping;
using Grpc.Core;

namespace GPT4RoI.Client.Transport;

/// <summary>How far one turn's answer has come; tells the next request what need not be sent again.</summary>
internal sealed class AskProgress
{
    private readonly V1.AskRequest _request;
    private int _tries;
    private Stage _stage;
    private bool _hasBegun;

    /// <param name="request">Gets the turn's name, and what has been received.</param>
    /// <param name="tries">Requests that may be made, the first one included.</param>
    public AskProgress(V1.AskRequest request, int tries)
    {
        (_request, _tries) = (request, tries);
        _request.TurnId = Guid.NewGuid().ToString("n");
    }

    /// <summary>The answer has come to its end.</summary>
    public bool HasFinished { get; private set; }

    /// <summary>Moves on; false at the end, or where the stream broke and the turn may be asked again.</summary>
    /// <exception cref="Gpt4RoiException">It failed for good.</exception>
    public async Task<bool> TryMoveNextAsync(IAsyncEnumerator<V1.AskResponse> responses)
    {
        try
        {
            return await responses.MoveNextAsync().ConfigureAwait(false) || (HasFinished ? false : throw RpcErrors.Incomplete());
        }
        catch (Gpt4RoiException failure) when (failure.Code == StatusCode.Unavailable && _hasBegun && --_tries > 0)
        {
            return false;
        }
    }

    /// <summary>Notes a response; null for one that has come before or that this version does not know.</summary>
    public AskUpdate? Take(V1.AskResponse response)
    {
        var update = Updates.Update(response);
        if (update is StageUpdate { Stage: not Stage.Unknown } stage && stage.Stage <= _stage)
        {
            return null;
        }
        _hasBegun = true;
        _stage = (update as StageUpdate)?.Stage ?? _stage;
        HasFinished |= update is FinishedUpdate;
        if (update is TokensUpdate tokens)
        {
            _request.Received ??= new V1.Received();
            _request.Received.Tokens += (uint)tokens.TokenIds.Count;
            _request.Received.TextBytes += (uint)Encoding.UTF8.GetByteCount(tokens.Text);
        }
        return update;
    }
}
