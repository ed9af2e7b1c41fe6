using CsCheck;
using GPT4RoI.Model.Language;
using static TorchSharp.torch;

namespace GPT4RoI.Model.Tests.Language;

public sealed class PagedAttentionTests
{
    private sealed record Case(int KeyHeads, int Group, int HeadDim, int BlockSize, (int Cached, int New)[] Sequences, int Seed);

    private static readonly Gen<Case> Cases = Gen.Select(
        OneOf(1, 2, 3), OneOf(1, 2, 4, 20), OneOf(2, 6, 8, 32, 36), Gen.Int[1, 17],
        Gen.Select(Gen.OneOf(Gen.Const(0), Gen.Int[0, 90]), Gen.OneOf(Gen.Const(1), Gen.Int[1, 70])).Array[1, 6], Gen.Int[0, 1000])
        .Select((keyHeads, group, headDim, blockSize, sequences, seed) => new Case(keyHeads, group, headDim, blockSize, sequences, seed));

    private static Gen<int> OneOf(params int[] values) => Gen.Int[0, values.Length - 1].Select(index => values[index]);

    [Fact]
    public void Forward_AnyRaggedBatch_KernelsAgreeWithFloat64() => Cases.Sample(sample =>
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator((ulong)sample.Seed);
        var heads = sample.KeyHeads * sample.Group;
        var config = new LlamaConfig(heads * sample.HeadDim, 8, 1, heads, sample.KeyHeads, 8, 256, 1e-6f, 10000);
        var tokens = sample.Sequences.Sum(sequence => sequence.Cached + sequence.New);
        var blocks = tokens / sample.BlockSize + sample.Sequences.Length + 1;
        var sequences = new PagedSequences(blocks, sample.BlockSize, sample.Seed);
        var ids = sample.Sequences.Select(_ => sequences.Add()).ToArray();
        using KvCache forCpu = new(config, blocks, sample.BlockSize, ModelPlacement.Cpu), forTorch = new(config, blocks, sample.BlockSize, ModelPlacement.Cpu);
        var all = sample.Sequences.Select(sequence => (
            Query: Random(sequence, config.Heads), Key: Random(sequence, config.KeyValueHeads), Value: Random(sequence, config.KeyValueHeads))).ToArray();
        var steps = new[] { false, true }.Select(last => sample.Sequences
            .Select((sequence, index) => (Index: index, Start: last ? sequence.Cached : 0, Count: last ? sequence.New : sequence.Cached))
            .Where(step => step.Count > 0).ToArray()).Where(step => step.Length > 0);

        foreach (var step in steps)
        {
            var batch = sequences.Next([.. step.Select(part => (ids[part.Index], part.Count))]);
            Tensor Rows(Func<int, Tensor> source) => cat([.. step.Select(part => source(part.Index).narrow(0, part.Start, part.Count))]);
            var (query, key, value) = (Rows(index => all[index].Query), Rows(index => all[index].Key), Rows(index => all[index].Value));
            var expected = cat([.. step.Select(part => Exact(all[part.Index], part.Start, part.Count, sample.Group))]);

            TensorAssert.Close(expected, new CpuPagedAttention(2).Forward(query, key, value, 0, batch, forCpu), 1e-5, "cpu");
            TensorAssert.Close(expected, new TorchPagedAttention().Forward(query, key, value, 0, batch, forTorch), 1e-5, "torch");
        }

        Tensor Random((int Cached, int New) sequence, int heads) => randn([sequence.Cached + sequence.New, heads, sample.HeadDim], generator: generator);
    }, iter: 60);

    // Written out over whole, unpaged sequences in float64: [count, heads, headDim].
    private static Tensor Exact((Tensor Query, Tensor Key, Tensor Value) sequence, int start, int count, int group)
    {
        var query = sequence.Query.narrow(0, start, count).to(float64);
        var (key, value) = (Wide(sequence.Key), Wide(sequence.Value));
        var scores = einsum("qhd,khd->hqk", query, key) / Math.Sqrt(query.shape[2]);
        var hidden = ones([count, start + count], ScalarType.Bool).triu(start + 1);
        return einsum("hqk,khd->qhd", scores.masked_fill(hidden, double.NegativeInfinity).softmax(-1), value);

        Tensor Wide(Tensor tensor) => tensor.narrow(0, 0, start + count).to(float64).repeat_interleave(group, 1);
    }

    [Fact]
    public void Forward_OtherSlots_AreNotWritten()
    {
        using var scope = NewDisposeScope();
        var config = new LlamaConfig(8, 8, 1, 1, 1, 8, 64, 1e-6f, 10000);
        foreach (var kernel in new IPagedAttention[] { new CpuPagedAttention(1), new TorchPagedAttention() })
        {
            using var cache = new KvCache(config, 4, 4, ModelPlacement.Cpu);
            cache.Keys(0).fill_(5);
            var sequences = new PagedSequences(4, 4, seed: 3);

            kernel.Forward(ones(6, 1, 8), ones(6, 1, 8), ones(6, 1, 8), 0, sequences.Next((sequences.Add(), 6)), cache);

            Assert.Equal(10 * 8, (long)cache.Keys(0).eq(5).sum().item<long>());
            Assert.Equal(6 * 8, (long)cache.Values(0).ne(0).sum().item<long>());
        }
    }
}
