using GPT4RoI.Contracts.Errors;

namespace GPT4RoI.Gateway.Admission;

/// <summary>Sizes of pages.</summary>
internal static class PageRules
{
    /// <summary>0 stands for the default.</summary>
    public static ClusterError? Size(int size) => size is >= 0 and <= RequestLimits.PageSize
        ? null
        : Invalid.Field(
            "page_size",
            "PAGE_SIZE_OUT_OF_RANGE",
            $"page_size is {size}; it must be 0 (which means {RequestLimits.DefaultPageSize}) to {RequestLimits.PageSize}.");
}
