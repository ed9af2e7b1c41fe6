using GPT4RoI.Contracts.Conversations;
using GPT4RoI.Gateway.Errors;

namespace GPT4RoI.Gateway.Mapping;

/// <summary>Grain streams to response streams.</summary>
internal static class StreamMapping
{
    /// <summary>An event of a conversation's answer. A failed turn ends the call.</summary>
    public static V1.AskResponse ToProto(this TurnEvent happened) => happened switch
    {
        TurnProgress progress => new() { Progress = progress.ToProto() },
        TurnTokens tokens => new() { Tokens = tokens.ToProto() },
        TurnFinished finished => new() { Finished = finished.ToProto() },
        TurnFailed failed => throw failed.Error.ToRpcException(),
        _ => throw Unknown(happened),
    };

    /// <summary>An event of one region's answer. A failed region is an event, a failed request (region 0) ends the call.</summary>
    public static V1.DescribeRegionsResponse ToProto(this RegionEvent happened)
    {
        if (happened is { RegionId: 0, Event: TurnFailed request })
        {
            throw request.Error.ToRpcException();
        }
        var id = (uint)happened.RegionId;
        return happened.Event switch
        {
            TurnProgress progress => new() { RegionId = id, Progress = progress.ToProto() },
            TurnTokens tokens => new() { RegionId = id, Tokens = tokens.ToProto() },
            TurnFinished finished => new() { RegionId = id, Finished = finished.ToProto() },
            TurnFailed failed => new() { RegionId = id, Failed = ToFailure(failed) },
            _ => throw Unknown(happened.Event),
        };
    }

    private static V1.RegionFailure ToFailure(TurnFailed failed) => new()
    {
        Code = (int)failed.Error.Code.ToRpcCode(),
        Reason = failed.Error.Reason,
        Message = failed.Error.Message,
        Field = failed.Error.Field ?? "",
    };

    private static InvalidOperationException Unknown(TurnEvent happened) => new($"No mapping for {happened.GetType().Name}");
}
