using GPT4RoI.Contracts.Images;
using GPT4RoI.Contracts.Regions;

namespace GPT4RoI.Gateway.Mapping;

/// <summary>Regions to and from the wire. They must have passed <see cref="Admission.RegionRules"/>.</summary>
internal static class RegionMapping
{
    public static IReadOnlyList<Region> ToContracts(this IEnumerable<V1.Region> regions, ImageDescriptor image) =>
        [.. regions.Select(region => new Region((int)region.Id, region.Box.ToContract(image)))];

    public static V1.Region ToProto(this Region region) => new()
    {
        Id = (uint)region.Id,
        Box = new V1.BoundingBox
        {
            X1 = region.Box.X1,
            Y1 = region.Box.Y1,
            X2 = region.Box.X2,
            Y2 = region.Box.Y2,
            Space = V1.CoordinateSpace.Normalized,
        },
    };

    /// <summary>Pixels are divided in float64 and rounded to float32 once, as gpt4roi/app.py does.</summary>
    private static RegionBox ToContract(this V1.BoundingBox box, ImageDescriptor image)
    {
        var (width, height) = box.Space == V1.CoordinateSpace.Pixels ? (image.Width, image.Height) : (1.0, 1.0);
        return new((float)(box.X1 / width), (float)(box.Y1 / height), (float)(box.X2 / width), (float)(box.Y2 / height));
    }
}
