using GPT4RoI.Model;
using GPT4RoI.Training.Configuration;
using static TorchSharp.torch;

namespace GPT4RoI.Training.Modules;

/// <summary>
/// A ViT that reads smaller patches: each of them means to it what the patch's enlarged picture meant before, so that training goes on instead of
/// beginning anew, and its first part is as cheap as large patches are (resizing a patch embedding: FlexiViT, Beyer et al. 2023, arXiv 2212.08013,
/// section 3.4).
/// </summary>
internal static class PatchRefinement
{
    private const string Kernels = VisionCatalog.Prefix + "embeddings.patch_embedding.weight";
    private const string Positions = VisionCatalog.Prefix + "embeddings.position_embedding.weight";

    /// <summary>The model's sizes in a stage.</summary>
    /// <exception cref="InvalidDataException">The stage's patches are larger than before, or the picture cannot be divided into them.</exception>
    public static Gpt4RoiConfig Sizes(Gpt4RoiConfig before, StageConfig stage)
    {
        var vision = before.Vision;
        var side = stage.PatchSize ?? vision.PatchSize;
        return side > 0 && side <= vision.PatchSize && vision.ImageSize % side == 0
            ? before with { Vision = vision with { PatchSize = side } }
            : throw new InvalidDataException(
                $"Stage '{stage.Name}': patch_size {side} is larger than {vision.PatchSize}, as it was, or does not divide {vision.ImageSize}, a picture's side.");
    }

    /// <summary>Resizes what depends on the patches' side; the rest stays.</summary>
    /// <param name="parameters">Changed.</param>
    /// <param name="before">Sizes as they are.</param>
    /// <param name="refined">The same, with smaller patches.</param>
    public static void Apply(ParameterSet parameters, Gpt4RoiConfig before, Gpt4RoiConfig refined)
    {
        using var scope = NewDisposeScope();
        var specs = VisionCatalog.Specs(refined).ToDictionary(spec => spec.Name);
        parameters.Replace(specs[Kernels], Shrink(parameters[Kernels], refined.Vision.PatchSize));
        parameters.Replace(specs[Positions], Spread(parameters[Positions], before.Vision.Grid, refined.Vision.Grid));
    }

    // The product with a patch is what the product with the enlarged patch was: kernels [channels, 3, p, p] to [channels, 3, side, side].
    private static Tensor Shrink(Tensor kernels, int side)
    {
        var enlarge = Stretch(eye(side, device: kernels.device).view(1, side, 1, side), 1, kernels.shape[3]).view(side, -1); // [side, p]
        return einsum("sp,ocpq,tq->ocst", enlarge, kernels, enlarge); // [channels, 3, side, side]
    }

    // [1 + grid², width] to [1 + finer², width]
    private static Tensor Spread(Tensor table, int grid, int finer)
    {
        var patches = table.narrow(0, 1, grid * grid).t().view(1, -1, grid, grid); // [1, width, grid, grid]
        return cat([table.narrow(0, 0, 1), Stretch(patches, finer, finer).flatten(2).squeeze(0).t()]);
    }

    private static Tensor Stretch(Tensor map, long height, long width) =>
        nn.functional.interpolate(map, [height, width], mode: InterpolationMode.Bilinear, align_corners: false);
}
