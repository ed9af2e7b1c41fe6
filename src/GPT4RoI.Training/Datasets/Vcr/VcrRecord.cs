using GPT4RoI.Training.Datasets.Reading;

namespace GPT4RoI.Training.Datasets.Vcr;

/// <summary>A line of VCR's annotations: texts in which numbers stand for objects of the picture, counted from 1.</summary>
/// <param name="QuestionOrig">The question.</param>
/// <param name="AnswerOrig">The right answer.</param>
/// <param name="RationaleOrig">Why it is right.</param>
/// <param name="Objects">Class of each object.</param>
/// <param name="ImgFn">The picture, relative to the image folder.</param>
/// <param name="MetadataFn">The file with the boxes, likewise.</param>
internal sealed record VcrRecord(
    string? QuestionOrig, string? AnswerOrig, string? RationaleOrig, string[]? Objects, string? ImgFn, string? MetadataFn)
{
    /// <summary>Nothing is missing, and no text could be taken for a place of a region or picture.</summary>
    public bool IsWhole => HumanText.IsPlain(QuestionOrig) && HumanText.IsPlain(AnswerOrig) && HumanText.IsPlain(RationaleOrig)
        && Objects is { Length: > 0 } && Array.TrueForAll(Objects, HumanText.IsPlain)
        && !string.IsNullOrEmpty(ImgFn) && !string.IsNullOrEmpty(MetadataFn);
}

/// <summary>What is read of a picture's metadata.</summary>
/// <param name="Boxes">Left, top, right and bottom in pixels, then a score.</param>
/// <param name="Width">The picture's.</param>
/// <param name="Height">The picture's.</param>
internal sealed record VcrMetadata(double[][]? Boxes, int Width, int Height);
