namespace GPT4RoI.Gateway.Admission;

/// <summary>Limits that the public contract (protos/gpt4roi/v1) states, so no setting changes them.</summary>
internal static class RequestLimits
{
    public const int QuestionCharacters = 8000;
    public const int AnswerCharacters = 32_000;
    public const int Messages = 201;
    public const int Regions = 64;
    public const uint RegionId = 999;
    public const int StopTexts = 16;
    public const int StopTextCharacters = 64;
    public const int LogitBiases = 300;
    public const int TopLogprobs = 20;
    public const int PageSize = 100;
    public const int DefaultPageSize = 50;
}
