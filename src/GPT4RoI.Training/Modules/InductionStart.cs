using GPT4RoI.Model;
using GPT4RoI.Model.Native;
using static TorchSharp.torch;

namespace GPT4RoI.Training.Modules;

/// <summary>
/// A language model from scratch begins with induction heads (Olsson et al. 2022, arXiv 2209.11895): in the first layer one head looks at the token before
/// and notes it, in the second some heads look from a word to what stood behind it earlier. So <c>region1</c> finds the vector that followed
/// <c>region1</c>; until a model has learned that, which takes long, its answers cannot depend on the boxes.
/// </summary>
internal static class InductionStart
{
    // A head that looks at positions needs something that all tokens have: the last numbers of every vector.
    private const int MarkWidth = 8;

    // Region vectors are wider than words at times, and narrower at others; with less of a mark they do not draw attention to themselves.
    private const double WordMark = 1, RegionMark = 0.7;

    // Numbers by which a token is known again. The first ones of region vectors, their place, would drown it.
    private const int CodeWidth = 16, PlaceWidth = 4;

    // How sharply the fastest rotations tell the token before from its neighbours.
    private static readonly double[] Sharpness = [12, 8, 6];
    private const double NoteGain = 1.5, MatchGain = 1.7, CopyGain = 0.7, Noise = 0.01;

    /// <summary>Changes parameters that were just drawn. Models too small for it stay as they are.</summary>
    /// <param name="parameters">LLaMA's and the region module's.</param>
    /// <param name="config">Their sizes.</param>
    /// <param name="seed">Decides what is drawn.</param>
    public static void Apply(ParameterSet parameters, Gpt4RoiConfig config, int seed)
    {
        var (language, hidden) = (config.Language, config.Language.HiddenSize);
        if (language.Layers < 2 || language.Heads < 2 || language.HeadDim < 2 * CodeWidth || language.KeyValueHeads != language.Heads
            || hidden < PlaceWidth + CodeWidth + MarkWidth)
        {
            return;
        }
        using var gradient = no_grad();
        using var scope = NewDisposeScope();
        using var generator = new Generator(Seeds.Of(seed, nameof(InductionStart)));
        Mark(parameters, hidden);
        var (own, noted) = (Code(hidden, generator), Code(hidden, generator));
        LookBack(Head(parameters, language, 0, 0), language, own, noted, generator);
        for (var head = 0; head < language.Heads / 2; head++)
        {
            Match(Head(parameters, language, 1, head), language, head, own, noted, generator);
        }
    }

    private static void Mark(ParameterSet parameters, long hidden)
    {
        const string Vectors = RegionCatalog.Prefix + "roi_align.updims";
        Set(parameters[LanguageCatalog.Embeddings].narrow(1, hidden - MarkWidth, MarkWidth), WordMark);
        Set(parameters[Vectors + ".weight"].narrow(0, hidden - MarkWidth, MarkWidth), 0);
        Set(parameters[Vectors + ".bias"].narrow(0, hidden - MarkWidth, MarkWidth), RegionMark);

        static void Set(Tensor part, double value) => part.TimesInPlace(0).PlusInPlace(value);
    }

    // With a query of angle 0 and a key of one step's angle, rotations agree best one step apart.
    private static void LookBack(HeadWeights head, LlamaConfig language, Tensor own, Tensor noted, Generator generator)
    {
        var (half, hidden) = (language.HeadDim / 2, (long)language.HiddenSize);
        head.Query.copy_(randn(head.Query.shape, ScalarType.Float32, generator: generator).Times(Noise));
        head.Key.copy_(randn(head.Key.shape, ScalarType.Float32, generator: generator).Times(Noise));
        for (var pair = 0; pair < Sharpness.Length; pair++)
        {
            var angle = Math.Pow(language.RopeBase, -(double)pair / half);
            var gain = Math.Sqrt(Sharpness[pair] * Math.Sqrt(language.HeadDim) / MarkWidth / MarkWidth); // of every number of the mark
            Read(head.Query, pair, gain);
            Read(head.Key, pair, gain * Math.Cos(angle));
            Read(head.Key, pair + half, gain * Math.Sin(angle));
        }
        head.Value.narrow(0, 0, CodeWidth).copy_(own);
        head.Output.TimesInPlace(1 - CopyGain).narrow(1, 0, CodeWidth).copy_(noted.t().Times(NoteGain));

        void Read(Tensor rows, long row, double gain) => rows.narrow(0, row, 1).narrow(1, hidden - MarkWidth, MarkWidth).PlusInPlace(gain);
    }

    // Only the slowest rotations leave a code as it is over a whole conversation. What is found is copied where it stood.
    private static void Match(HeadWeights head, LlamaConfig language, int index, Tensor own, Tensor noted, Generator generator)
    {
        var half = language.HeadDim / 2;
        var turn = linalg.qr(randn([CodeWidth, CodeWidth], ScalarType.Float32, generator: generator)).Q; // every head knows tokens by other numbers
        Fill(head.Query, own);
        Fill(head.Key, noted);
        var copied = eye(language.HiddenSize, dtype: ScalarType.Float32).narrow(0, (long)index * language.HeadDim, language.HeadDim); // [headDim, hidden]
        head.Value.copy_(copied);
        head.Output.copy_(copied.t().Times(CopyGain));

        void Fill(Tensor rows, Tensor code)
        {
            rows.copy_(randn(rows.shape, ScalarType.Float32, generator: generator).Times(Noise));
            var turned = turn.mm(code).Times(MatchGain); // [code, hidden]
            rows.narrow(0, half - (CodeWidth / 2), CodeWidth / 2).copy_(turned.narrow(0, 0, CodeWidth / 2));
            rows.narrow(0, language.HeadDim - (CodeWidth / 2), CodeWidth / 2).copy_(turned.narrow(0, CodeWidth / 2, CodeWidth / 2));
        }
    }

    // Orthonormal but for what is left out: [code, hidden].
    private static Tensor Code(long hidden, Generator generator)
    {
        var code = linalg.qr(randn([hidden, CodeWidth], ScalarType.Float32, generator: generator)).Q.t().contiguous();
        code.narrow(1, 0, PlaceWidth).TimesInPlace(0);
        code.narrow(1, hidden - MarkWidth, MarkWidth).TimesInPlace(0);
        return code;
    }

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
