namespace GPT4RoI.Model.Prompting;

/// <summary>Ids of the tokens with a meaning of their own, as the checkpoint's tokenizer files give them.</summary>
/// <param name="Bos">Stands before every prompt.</param>
/// <param name="Eos">Ends an answer.</param>
/// <param name="Unk">The unknown token.</param>
/// <param name="Pad">Padding, if the checkpoint has a token for it.</param>
/// <param name="ImagePatch"><c>&lt;im_patch&gt;</c>: its embedding is replaced by an image feature.</param>
/// <param name="BBox"><c>&lt;bbox&gt;</c>: its embedding is replaced by a region vector.</param>
/// <param name="Point"><c>&lt;point&gt;</c>: trained, but never used by the authors.</param>
/// <param name="ImageStart"><c>&lt;im_start&gt;</c>.</param>
/// <param name="ImageEnd"><c>&lt;im_end&gt;</c>.</param>
public sealed record SpecialTokens(
    int Bos, int Eos, int Unk, int? Pad, int ImagePatch, int BBox, int? Point, int ImageStart, int ImageEnd);
