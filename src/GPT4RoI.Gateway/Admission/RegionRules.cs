using GPT4RoI.Contracts.Errors;
using GPT4RoI.Contracts.Images;

namespace GPT4RoI.Gateway.Admission;

/// <summary>What regions of an image must look like. Every error names the one number that is wrong and the exact limit.</summary>
internal static class RegionRules
{
    /// <summary>Checks the regions of a request.</summary>
    /// <param name="regions">As sent.</param>
    /// <param name="image">The image they are of.</param>
    /// <param name="path">Name of the request's field.</param>
    public static ClusterError? Check(IReadOnlyList<V1.Region> regions, ImageDescriptor image, string path)
    {
        if (regions.Count > RequestLimits.Regions)
        {
            return Invalid.Field(path, "TOO_MANY_REGIONS", $"{path} holds {regions.Count} regions; the limit is {RequestLimits.Regions}.");
        }
        HashSet<uint> ids = [];
        for (var i = 0; i < regions.Count; i++)
        {
            var at = $"{path}[{i}]";
            if (CheckId(regions[i].Id, ids, at) is { } error || (error = CheckBox(regions[i].Box, image, $"{at}.box")) is not null)
            {
                return error;
            }
        }
        return null;
    }

    /// <summary>Checks regions of which there must be one at least.</summary>
    public static ClusterError? CheckSome(IReadOnlyList<V1.Region> regions, ImageDescriptor image, string path) => regions.Count == 0
        ? Invalid.Field(path, "NO_REGIONS", $"{path} is empty; 1 to {RequestLimits.Regions} regions are needed.")
        : Check(regions, image, path);

    private static ClusterError? CheckId(uint id, HashSet<uint> seen, string at)
    {
        if (id is 0 or > RequestLimits.RegionId)
        {
            return Invalid.Field($"{at}.id", "REGION_ID_OUT_OF_RANGE", $"{at}.id is {id}; ids are 1 to {RequestLimits.RegionId}.");
        }
        return seen.Add(id) ? null : Invalid.Field($"{at}.id", "REGION_ID_REPEATED", $"{at}.id is {id}, as an earlier region's is.");
    }

    private static ClusterError? CheckBox(V1.BoundingBox? box, ImageDescriptor image, string at)
    {
        if (box is null)
        {
            return Invalid.Field(at, "BOX_MISSING", $"{at} is missing.");
        }
        (double Right, double Bottom, string Unit) limit;
        switch (box.Space)
        {
            case V1.CoordinateSpace.Pixels:
                limit = (image.Width, image.Height, "pixels of this image");
                break;
            case V1.CoordinateSpace.Normalized:
                limit = (1, 1, "fractions of the image");
                break;
            default:
                return Invalid.Field(
                    $"{at}.space",
                    "BOX_SPACE_UNSPECIFIED",
                    $"{at}.space must be COORDINATE_SPACE_PIXELS or COORDINATE_SPACE_NORMALIZED; it is never guessed.");
        }
        return CheckEdge($"{at}.x1", box.X1, limit.Right, limit.Unit)
            ?? CheckEdge($"{at}.y1", box.Y1, limit.Bottom, limit.Unit)
            ?? CheckEdge($"{at}.x2", box.X2, limit.Right, limit.Unit)
            ?? CheckEdge($"{at}.y2", box.Y2, limit.Bottom, limit.Unit)
            ?? CheckOrder(at, "x1", box.X1, "x2", box.X2)
            ?? CheckOrder(at, "y1", box.Y1, "y2", box.Y2);
    }

    private static ClusterError? CheckEdge(string field, double value, double limit, string unit) => value >= 0 && value <= limit // false for NaN
        ? null
        : Invalid.Field(field, "BOX_OUT_OF_RANGE", $"{field} is {value:R}; {unit} go from 0 to {limit:R} here.");

    private static ClusterError? CheckOrder(string at, string low, double lowValue, string high, double highValue) => lowValue <= highValue
        ? null
        : Invalid.Field($"{at}.{high}", "BOX_INVERTED", $"{at}.{high} is {highValue:R}, less than {low}, which is {lowValue:R}.");
}
