using System.Text.Json.Serialization;
using GPT4RoI.Training.Datasets.Reading;

namespace GPT4RoI.Training.Datasets.Coco;

// What is read of COCO's layout, as it stands in the file: instances, MDETR's RefCOCO and Flickr30k files, Visual Genome, LVIS.
internal sealed record CocoImageRecord(long? Id, string? FileName, string? CocoUrl, int? Width, int? Height, string? Caption);

internal sealed record CocoCategoryRecord(long? Id, string? Name);

internal sealed record CocoAnnotationRecord(
    long? ImageId, double[]? Bbox, double? Area, long? CategoryId, string? Caption, int[][]? TokensPositive,
    [property: JsonConverter(typeof(JsonFlag))] bool Iscrowd, [property: JsonConverter(typeof(JsonFlag))] bool Ignore);
