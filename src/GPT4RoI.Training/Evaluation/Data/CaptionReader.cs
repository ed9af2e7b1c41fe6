using System.Text.Json;

namespace GPT4RoI.Training.Evaluation.Data;

/// <summary>A region and everything that people wrote about it.</summary>
internal sealed record CaptionRecord(string Image, NumberedBox Region, IReadOnlyList<string> Captions)
{
    /// <summary>Names it in lists of failures.</summary>
    public string Where => FormattableString.Invariant($"{Path.GetFileName(Image)} [{Region.X1}, {Region.Y1}, {Region.X2}, {Region.Y2}]");
}

/// <summary>
/// Reads COCO's layout, <c>images</c> and <c>annotations</c> with a box [x, y, width, height] in pixels. The caption stands in the annotation, as in
/// Visual Genome, or in its image entry, as in MDETR's RefCOCO files, where a picture appears once per expression. Captions of the same box of the
/// same file are references of one region.
/// </summary>
internal sealed class CaptionReader(string path, string images)
{
    private readonly PictureFolder _images = new(images);

    /// <exception cref="IOException">The file cannot be read.</exception>
    public EvaluationData<CaptionRecord> Read(int limit)
    {
        using var document = JsonFields.Open(path);
        var name = Path.GetFileName(path);
        var pictures = EvaluationData<(long Id, JsonElement Entry)>.Collect(
            document.RootElement.Section(path, "images").Select((image, index) => ($"{name} images[{index}]", image)),
            image => (image.Integer("id"), image), int.MaxValue);
        var byId = pictures.Records.DistinctBy(picture => picture.Id).ToDictionary(picture => picture.Id, picture => picture.Entry);
        var captions = EvaluationData<(string Image, NumberedBox Region, string Caption)>.Collect(
            document.RootElement.Section(path, "annotations").Select((annotation, index) => ($"{name} annotations[{index}]", annotation)),
            annotation => Read(annotation, byId), int.MaxValue);
        var regions = captions.Records.GroupBy(caption => (caption.Image, caption.Region)).Take(limit)
            .Select(region => new CaptionRecord(region.Key.Image, region.Key.Region, [.. region.Select(caption => caption.Caption)]));
        return new([.. regions], [.. pictures.Skipped, .. captions.Skipped]);
    }

    private (string Image, NumberedBox Region, string Caption) Read(JsonElement annotation, Dictionary<long, JsonElement> pictures)
    {
        var id = annotation.Integer("image_id");
        if (!pictures.TryGetValue(id, out var picture))
        {
            throw new BadRecordException($"There is no image {id}.");
        }
        var box = annotation.Field("bbox", JsonValueKind.Array).Numbers("bbox", least: 4);
        if (box[2] <= 0 || box[3] <= 0)
        {
            throw new BadRecordException(FormattableString.Invariant($"'bbox' is {box[2]} x {box[3]} pixels."));
        }
        var caption = annotation.TryGetProperty("caption", out _) ? annotation.Text("caption") : picture.Text("caption");
        return (_images.PathOf(picture.Text("file_name")), NumberedBox.FromSize(1, box[0], box[1], box[2], box[3]), caption);
    }
}
