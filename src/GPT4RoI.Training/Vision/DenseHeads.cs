using GPT4RoI.Model;
using GPT4RoI.Model.Native;
using GPT4RoI.Training.Instructions;
using GPT4RoI.Training.Modules;
using TorchSharp;
using static TorchSharp.torch;

namespace GPT4RoI.Training.Vision;

/// <summary>
/// Linear classifiers on the deepest level's patches and on the region vectors, and on the deepest level one that numbers the objects from left to
/// right, so that a language model can go through them one by one, and one that says where a patch's object has its centre: patches of one object are
/// told from those of its neighbours by that, which numbering needs. Shallower levels have none: they would learn to classify what they cannot, and less
/// of what the deeper ones need. The first numbers of a region vector are to be its box's place and size, so that regions can be compared. Used in
/// pretraining only.
/// </summary>
internal sealed class DenseHeads(Gpt4RoiConfig config, ParameterSet parameters, TrainableModel model)
{
    private const string Prefix = "pretraining.";

    // What is next to what is harder to see than what it is.
    private const int NumberWeight = 2;

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
        .. Head(Prefix + "number", DenseSample.MostObjects + 1, config.Vision.HiddenSize),
        .. Head(Prefix + "centre", 2, config.Vision.HiddenSize),
        .. Head(Prefix + "region", classes, config.Language.HiddenSize),
    ];

    /// <summary>The mean cross-entropies of all heads added, times the batch's size: [] float32. The caller disposes it.</summary>
    public Tensor Loss(DenseBatch batch)
    {
        using var scope = NewDisposeScope();
        var (side, device) = (config.Vision.ImageSize, parameters.Device);
        var levels = model.Vision.Forward(tensor(batch.Pixels, device: device).view(batch.Size, 3, side, side));
        var patches = levels[^1].flatten(0, 1); // [batch·patches, channels]
        var loss = CrossEntropy(patches, Prefix + "patch", tensor(batch.PatchLabels, device: device))
            .Plus(CrossEntropy(patches, Prefix + "number", tensor(batch.NumberLabels, device: device)).Times(NumberWeight))
            .Plus(CentreDistance(patches, tensor(batch.CentreOffsets, device: device).view(-1, 2)));
        if (batch.Regions is not null)
        {
            var vectors = model.Regions.Forward(model.Pyramid.Forward(levels), batch.Regions); // [regions, hidden]
            loss = loss.Plus(CrossEntropy(vectors.Times(VectorGain), Prefix + "region", tensor(batch.BoxLabels, device: device)));
            var places = vectors.narrow(1, 0, DenseBatch.PlaceSize).to(ScalarType.Float32).Over(PlaceGain); // [regions, 4]
            loss = loss.Plus(nn.functional.l1_loss(places, tensor(batch.BoxPlaces, device: device).view_as(places)).Times(PlaceWeight));
        }
        return loss.Times(batch.Size).MoveToOuterDisposeScope();
    }

    private Tensor CrossEntropy(Tensor features, string head, Tensor labels)
    {
        var logits = Layers.Linear(features, parameters, head).to(ScalarType.Float32); // [rows, classes]
        using var ignored = EncodedSample.Ignored.ToScalar();
        var labelled = labels.ne(ignored).sum().AtLeast(1);
        return nn.functional.cross_entropy(logits, labels, ignore_index: EncodedSample.Ignored, reduction: nn.Reduction.Sum) / labelled;
    }

    // The mean distance along an axis, in patches.
    private Tensor CentreDistance(Tensor features, Tensor offsets)
    {
        var found = Layers.Linear(features, parameters, Prefix + "centre").to(ScalarType.Float32); // [rows, 2]
        var known = offsets.isfinite();
        return nn.functional.l1_loss(found.masked_select(known), offsets.masked_select(known), nn.Reduction.Sum) / known.sum().AtLeast(1);
    }

    private static ParameterSpec[] Head(string name, int classes, int width) =>
    [
        new(name + ".weight", [classes, width], ParameterGroup.Heads, Initial.Uniform(width)),
        new(name + ".bias", [classes], ParameterGroup.Heads, Initial.Zero),
    ];
}
