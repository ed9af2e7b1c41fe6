using Google.Rpc;
using GPT4RoI.Contracts.Errors;
using GPT4RoI.Gateway.Errors;
using GPT4RoI.Gateway.Tests.Fixtures;
using Grpc.Core;

namespace GPT4RoI.Gateway.Tests.Errors;

/// <summary>Each kind of failure against the table of google.rpc.Code.</summary>
public sealed class RpcErrorsTests
{
    [Theory]
    [InlineData(ErrorCode.InvalidArgument, StatusCode.InvalidArgument, false)]
    [InlineData(ErrorCode.NotFound, StatusCode.NotFound, false)]
    [InlineData(ErrorCode.ResourceExhausted, StatusCode.ResourceExhausted, true)]
    [InlineData(ErrorCode.FailedPrecondition, StatusCode.FailedPrecondition, false)]
    [InlineData(ErrorCode.Unavailable, StatusCode.Unavailable, true)]
    [InlineData(ErrorCode.DeadlineExceeded, StatusCode.DeadlineExceeded, false)]
    [InlineData(ErrorCode.Internal, StatusCode.Internal, false)]
    public void ToRpcException_EachCode_HasItsStatusAndDetails(ErrorCode code, StatusCode status, bool retry)
    {
        var exception = new ClusterError(code, "SOME_REASON", "Some words.").ToRpcException();
        Assert.Equal((status, "Some words."), (exception.StatusCode, exception.Status.Detail));
        Assert.Equal((int)status, exception.GetRpcStatus()?.Code);
        Assert.Equal(("gpt4roi", "SOME_REASON"), (exception.Detail<ErrorInfo>()?.Domain, exception.Detail<ErrorInfo>()?.Reason));
        Assert.Equal(retry, exception.Detail<RetryInfo>() is not null);
        Assert.Null(exception.Detail<BadRequest>());
    }

    [Fact]
    public void ToRpcException_FieldAndRetryAfter_AreCarried()
    {
        var exception = new ClusterError(ErrorCode.FailedPrecondition, "BUSY", "Busy.", "new_regions[1].box", TimeSpan.FromMilliseconds(250)).ToRpcException();
        Assert.Equal("new_regions[1].box", exception.Field());
        Assert.Equal("Busy.", exception.Detail<BadRequest>()?.FieldViolations[0].Description);
        Assert.Equal(TimeSpan.FromMilliseconds(250), exception.Detail<RetryInfo>()?.RetryDelay.ToTimeSpan());
    }
}
