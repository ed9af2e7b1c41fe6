using GPT4RoI.Model;
using GPT4RoI.Model.Native;
using static TorchSharp.torch;

namespace GPT4RoI.Training.Modules;

/// <summary>
/// A language model from scratch begins with induction heads (Olsson et al. 2022, arXiv 2209.11895): in the first layer one head looks at the token before
/// and notes it, in the second some look from a word to the region vector that stood behind it earlier and copy a part of that, and in the third some look
/// one, two and three tokens back and copy what was copied. So <c>region1 is</c> finds the vector of region 1; until a model has learned that, which takes
/// long, its answers cannot depend on the boxes.
/// </summary>
internal static class InductionStart
{
    // The last numbers of every vector are kept for this: a mark of region vectors, the note of the token before, a mark of all words and region vectors.
    private const int RegionMarkWidth = 4, NoteWidth = 16, MarkWidth = 8, Kept = RegionMarkWidth + NoteWidth + MarkWidth;

    // Numbers by which a token is known again; as many as the slower half of a head's rotations leave nearly as they are, but for the slowest.
    private const int CodeWidth = 14, SmallestHead = 32;

    // Region vectors are at times narrower than words, and with less of a mark do not draw attention to themselves.
    private const double WordMark = 1, RegionMark = 0.7;
    private const double NoteGain = 1.5, MatchGain = 3, PreferenceForRegions = 20, CopyGain = 0.7;

    // How sharply the fastest rotations tell a token from its neighbours.
    private static readonly double[] Before = [24, 16, 10], Nearby = [10, 8, 8];

    /// <summary>Changes a language model that was just drawn, and the region vectors' last numbers. Models too small for it stay as they are.</summary>
    /// <param name="parameters">LLaMA's, the projector's and the region module's.</param>
    /// <param name="config">Their sizes.</param>
    /// <param name="seed">Decides what is drawn.</param>
    public static void Apply(ParameterSet parameters, Gpt4RoiConfig config, int seed)
    {
        var (language, hidden) = (config.Language, (long)config.Language.HiddenSize);
        if (language.Layers < 3 || language.Heads < 2 || language.HeadDim < SmallestHead || language.KeyValueHeads != language.Heads)
        {
            return;
        }
        using var gradient = no_grad();
        using var scope = NewDisposeScope();
        using var generator = new Generator(Seeds.Of(seed, nameof(InductionStart)));
        Mark(parameters, hidden);
        KeepToThemselves(parameters, hidden);
        var code = cat([Orthonormal(CodeWidth, hidden - Kept, generator), zeros(CodeWidth, Kept)], 1); // [code, hidden]
        NoteTokenBefore(Head(parameters, language, 0, 0), language, code);
        for (var head = 0; head < language.Heads / 2; head++)
        {
            FindRegion(Head(parameters, language, 1, head), language, code, Orthonormal(CodeWidth, CodeWidth, generator));
            LookBack(Head(parameters, language, 2, head), language, head + 1, Nearby);
            Copy(Head(parameters, language, 1, head), head, hidden);
            Copy(Head(parameters, language, 2, head), head, hidden);
        }
    }

    private static void Mark(ParameterSet parameters, long hidden)
    {
        const string Vectors = RegionCatalog.Prefix + "roi_align.updims", Patches = LanguageCatalog.Projector;
        Fill(parameters[LanguageCatalog.Embeddings].narrow(1, hidden - Kept, Kept), 0);
        Fill(parameters[LanguageCatalog.Embeddings].narrow(1, hidden - MarkWidth, MarkWidth), WordMark);
        foreach (var part in new[] { Vectors + ".weight", Vectors + ".bias", Patches + ".weight", Patches + ".bias" })
        {
            Fill(parameters[part].narrow(0, hidden - Kept, Kept), 0);
        }
        Fill(parameters[Vectors + ".bias"].narrow(0, hidden - Kept, RegionMarkWidth), 1);
        Fill(parameters[Vectors + ".bias"].narrow(0, hidden - MarkWidth, MarkWidth), RegionMark);
    }

    // At first nothing else is written into the kept numbers where they are read.
    private static void KeepToThemselves(ParameterSet parameters, long hidden)
    {
        for (var layer = 0; layer < 2; layer++)
        {
            Fill(parameters[$"model.layers.{layer}.self_attn.o_proj.weight"].narrow(0, hidden - Kept, Kept), 0);
            Fill(parameters[$"model.layers.{layer}.mlp.down_proj.weight"].narrow(0, hidden - Kept, Kept), 0);
        }
    }

    private static void NoteTokenBefore(HeadWeights head, LlamaConfig language, Tensor code)
    {
        LookBack(head, language, 1, Before);
        Fill(head.Value, 0);
        Fill(head.Output, 0);
        head.Value.narrow(0, 0, CodeWidth).copy_(code);
        head.Output.narrow(0, language.HiddenSize - MarkWidth - NoteWidth, CodeWidth).narrow(1, 0, CodeWidth)
            .copy_(Identity(CodeWidth).TimesInPlace(NoteGain));
    }

    // Rotations by the distance: a query of angle 0 and a key of so many steps' angle agree best so many tokens apart.
    private static void LookBack(HeadWeights head, LlamaConfig language, int tokens, double[] sharpness)
    {
        var half = language.HeadDim / 2;
        Fill(head.Query, 0);
        Fill(head.Key, 0);
        for (var pair = 0; pair < sharpness.Length; pair++)
        {
            var angle = tokens * Math.Pow(language.RopeBase, -(double)pair / half);
            var gain = Math.Sqrt(sharpness[pair] * Math.Sqrt(language.HeadDim)) / MarkWidth;
            ReadMark(head.Query, pair, gain);
            ReadMark(head.Key, pair, gain * Math.Cos(angle));
            ReadMark(head.Key, pair + half, gain * Math.Sin(angle));
        }
    }

    // Every head knows tokens by other numbers.
    private static void FindRegion(HeadWeights head, LlamaConfig language, Tensor code, Tensor turn)
    {
        var (half, hidden) = (language.HeadDim / 2, (long)language.HiddenSize);
        var gain = Math.Sqrt(PreferenceForRegions * Math.Sqrt(language.HeadDim) / (MarkWidth * RegionMarkWidth));
        Place(head.Query, turn.mm(code)); // [code, hidden]
        var notes = zeros(CodeWidth, hidden);
        notes.narrow(1, hidden - MarkWidth - NoteWidth, CodeWidth).copy_(turn);
        Place(head.Key, notes);
        ReadMark(head.Query, half - 1, gain);
        head.Key.narrow(0, half - 1, 1).narrow(1, hidden - Kept, RegionMarkWidth).PlusInPlace(gain);

        void Place(Tensor rows, Tensor read)
        {
            Fill(rows, 0);
            var first = half - 1 - (CodeWidth / 2);
            rows.narrow(0, first, CodeWidth / 2).copy_(read.narrow(0, 0, CodeWidth / 2).Times(MatchGain));
            rows.narrow(0, half + first, CodeWidth / 2).copy_(read.narrow(0, CodeWidth / 2, CodeWidth / 2).Times(MatchGain));
        }
    }

    // A head's share of the numbers, to where they were.
    private static void Copy(HeadWeights head, int index, long hidden)
    {
        var width = head.Value.shape[0];
        var share = Identity(hidden).narrow(0, index * width, width); // [headDim, hidden]
        head.Value.copy_(share);
        head.Output.copy_(share.t().Times(CopyGain));
    }

    private static void ReadMark(Tensor rows, long row, double gain) =>
        rows.narrow(0, row, 1).narrow(1, rows.shape[1] - MarkWidth, MarkWidth).PlusInPlace(gain);

    private static void Fill(Tensor part, double value) => part.TimesInPlace(0).PlusInPlace(value);

    private static Tensor Identity(long size) => eye(size, dtype: ScalarType.Float32);

    private static Tensor Orthonormal(long rows, long columns, Generator generator) =>
        linalg.qr(randn([columns, rows], ScalarType.Float32, generator: generator)).Q.t(); // [rows, columns]

    private static HeadWeights Head(ParameterSet parameters, LlamaConfig language, int layer, int head)
    {
        var joined = parameters[$"model.layers.{layer}.self_attn.qkv_proj.weight"]; // [3·hidden, hidden]
        var output = parameters[$"model.layers.{layer}.self_attn.o_proj.weight"]; // [hidden, hidden]
        return new(Rows(0), Rows(1), Rows(2), output.narrow(1, (long)head * language.HeadDim, language.HeadDim));

        Tensor Rows(long part) => joined.narrow(0, (part * language.HiddenSize) + ((long)head * language.HeadDim), language.HeadDim);
    }

    // Views: [headDim, hidden] each, the output [hidden, headDim].
    private sealed record HeadWeights(Tensor Query, Tensor Key, Tensor Value, Tensor Output);
}
