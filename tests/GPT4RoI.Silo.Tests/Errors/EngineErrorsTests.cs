using GPT4RoI.Engine.Requests;
using GPT4RoI.Engine.Vision;
using GPT4RoI.Model.Prompting;
using GPT4RoI.Silo.Errors;

namespace GPT4RoI.Silo.Tests.Errors;

public sealed class EngineErrorsTests
{
    [Theory]
    [InlineData(RejectionKind.Invalid, ErrorCode.InvalidArgument, false)]
    [InlineData(RejectionKind.TooLong, ErrorCode.InvalidArgument, false)]
    [InlineData(RejectionKind.QueueFull, ErrorCode.ResourceExhausted, true)]
    [InlineData(RejectionKind.Unavailable, ErrorCode.Unavailable, true)]
    public void ToError_Rejection_SaysWhetherToTryAgain(RejectionKind kind, ErrorCode code, bool retry)
    {
        var error = new Rejection(kind, "sampling.top_p", "Limit and value.").ToError();
        Assert.Equal((code, retry), (error.Code, error.RetryAfter is not null));
    }

    [Theory]
    [InlineData("sampling.top_p", "sampling.top_p")]
    [InlineData("prompt_token_ids", "question")]
    [InlineData("spans[2].values", "question")]
    public void ToError_Rejection_NamesAFieldOfTheRequest(string engineField, string field) =>
        Assert.Equal(field, new Rejection(RejectionKind.Invalid, engineField, "").ToError().Field);

    [Fact]
    public void ToError_EveryFinishReason_IsAnAnswerOrAnError()
    {
        var answers = Enum.GetValues<FinishReason>().Where(reason => reason.ToError() is null);
        Assert.Equal([FinishReason.Stop, FinishReason.Length], answers);
    }

    [Theory]
    [InlineData(VisionFault.Invalid, ErrorCode.InvalidArgument)]
    [InlineData(VisionFault.FeaturesMissing, ErrorCode.Unavailable)]
    [InlineData(VisionFault.QueueFull, ErrorCode.ResourceExhausted)]
    [InlineData(VisionFault.TimedOut, ErrorCode.DeadlineExceeded)]
    [InlineData(VisionFault.Unavailable, ErrorCode.Unavailable)]
    [InlineData(VisionFault.Failed, ErrorCode.Internal)]
    public void ToError_VisionFault_HasItsCode(VisionFault fault, ErrorCode code) => Assert.Equal(code, fault.ToError().Code);

    [Fact]
    public void ToError_EveryPromptFault_HasAReasonOfItsOwn()
    {
        var reasons = Enum.GetValues<PromptFaultKind>().Select(kind => new PromptFault(kind, "regions[3]", "").ToError());
        Assert.Equal(Enum.GetValues<PromptFaultKind>().Length, reasons.Select(error => error.Reason).Distinct().Count());
        Assert.All(reasons, error => Assert.Equal("new_regions[3]", error.Field));
    }
}
