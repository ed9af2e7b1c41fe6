using GPT4RoI.Model;
using GPT4RoI.Model.Native;
using GPT4RoI.Training.Instructions;
using GPT4RoI.Training.Modules;
using TorchSharp;
using static TorchSharp.torch;

namespace GPT4RoI.Training.Vision;

/// <summary>
/// Linear heads on the deepest level's patches and on the region vectors. Patches say what they show, which of the objects from left to right, how many
/// there are of it, where its centre lies and whether that is in the patch itself, so that a language model can go through the objects one by one and count
/// them. Shallower levels have
/// none: they would learn to classify what they cannot, and less of what the deeper ones need. Region vectors say what they show; their first numbers are
/// to be the box's place and size, so that regions can be compared. Used in pretraining only.
/// </summary>
internal sealed class DenseHeads(Gpt4RoiConfig config, ParameterSet parameters, TrainableModel model)
{
    private const string Prefix = "pretraining.";

    // What an object is takes the longest to learn, and the other answers lose nothing by it.
    private const int ClassWeight = 7;

    // All that boxes are asked for: patches shall not drown it.
    private const int RegionWeight = 5;

    private const int NumberWeight = 3;

    private const int CountWeight = 2;

    // One patch of an object's has its centre: little is to be won by saying so.
    private const int MiddleWeight = 6;

    // Of a distance in sides of the picture, eight patches or so.
    private const int CentreWeight = 8;

    // A box's place is a small number, and relations hang on small differences of it.
    private const int PlaceWeight = 10;

    // As wide as what tells classes apart: a language model does not notice what is much narrower.
    private const int PlaceGain = 16;

    // The region vectors are learned this many times narrower than a classifier wants them: as wide as the words of the language model.
    private const int VectorGain = 3;

    /// <summary>Their parameters.</summary>
    public static IEnumerable<ParameterSpec> Specs(Gpt4RoiConfig config, int classes) =>
    [
        .. Head(Prefix + "patch", classes, config.Vision.HiddenSize),
        .. Head(Prefix + "number", PatchTargets.MostObjects + 1, config.Vision.HiddenSize),
        .. Head(Prefix + "count", PatchTargets.MostObjects + 1, config.Vision.HiddenSize),
        .. Head(Prefix + "centre", 2, config.Vision.HiddenSize),
        .. Head(Prefix + "middle", 2, config.Vision.HiddenSize),
        .. Head(Prefix + "region", classes, config.Language.HiddenSize),
    ];

    /// <summary>The mean cross-entropies of all heads added, times the batch's size: [] float32. The caller disposes it.</summary>
    public Tensor Loss(DenseBatch batch)
    {
        using var scope = NewDisposeScope();
        var (side, device) = (config.Vision.ImageSize, parameters.Device);
        var levels = model.Vision.Forward(tensor(batch.Pixels, device: device).view(batch.Size, 3, side, side));
        var patches = levels[^1].flatten(0, 1); // [batch·patches, channels]
        var loss = CrossEntropy(patches, "patch", batch.Patches.Classes).Times(ClassWeight)
            .Plus(CrossEntropy(patches, "number", batch.Patches.Numbers).Times(NumberWeight))
            .Plus(CrossEntropy(patches, "count", batch.Patches.Counts).Times(CountWeight))
            .Plus(CrossEntropy(patches, "middle", batch.Patches.Middles(config.Vision.Grid)).Times(MiddleWeight))
            .Plus(CentreDistance(patches, batch.Patches.CentreOffsets).Times(CentreWeight));
        if (batch.Regions is not null)
        {
            var vectors = model.Regions.Forward(model.Pyramid.Forward(levels), batch.Regions); // [regions, hidden]
            var places = vectors.narrow(1, 0, DenseBatch.PlaceSize).to(ScalarType.Float32).Over(PlaceGain); // [regions, 4]
            var boxes = CrossEntropy(vectors.Times(VectorGain), "region", batch.BoxLabels)
                .Plus(nn.functional.l1_loss(places, tensor(batch.BoxPlaces, device: device).view_as(places)).Times(PlaceWeight));
            loss = loss.Plus(boxes.Times(RegionWeight));
        }
        return loss.Times(batch.Size).MoveToOuterDisposeScope();
    }

    private Tensor CrossEntropy(Tensor features, string head, int[] labels)
    {
        var logits = Layers.Linear(features, parameters, Prefix + head).to(ScalarType.Float32); // [rows, classes]
        var wanted = tensor(labels, ScalarType.Int64, parameters.Device);
        using var ignored = EncodedSample.Ignored.ToScalar();
        var labelled = wanted.ne(ignored).sum().AtLeast(1);
        return nn.functional.cross_entropy(logits, wanted, ignore_index: EncodedSample.Ignored, reduction: nn.Reduction.Sum) / labelled;
    }

    // The mean distance along an axis, in sides of the picture.
    private Tensor CentreDistance(Tensor features, float[] offsets)
    {
        var found = Layers.Linear(features, parameters, Prefix + "centre").to(ScalarType.Float32); // [rows, 2]
        var wanted = tensor(offsets, device: parameters.Device).view_as(found);
        var known = wanted.isfinite();
        return nn.functional.l1_loss(found.masked_select(known), wanted.masked_select(known), nn.Reduction.Sum) / known.sum().AtLeast(1);
    }

    private static ParameterSpec[] Head(string name, int classes, int width) =>
    [
        new(name + ".weight", [classes, width], ParameterGroup.Heads, Initial.Uniform(width)),
        new(name + ".bias", [classes], ParameterGroup.Heads, Initial.Zero),
    ];
}
