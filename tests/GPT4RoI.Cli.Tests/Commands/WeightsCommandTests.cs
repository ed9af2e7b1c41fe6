using System.Buffers.Binary;
using System.Text.Json;

namespace GPT4RoI.Cli.Tests.Commands;

public sealed class WeightsCommandTests
{
    private static readonly Dictionary<string, string> Dtypes = new() { ["F32"] = "float32", ["F16"] = "float16", ["BF16"] = "bfloat16", ["I64"] = "int64" };

    [Fact]
    public async Task Inspect_Checkpoint_ListsWhatItsHeaderSays()
    {
        var run = await CliRun.OfAsync("weights", "inspect", TestFiles.Golden("tiny"), "--json");

        Assert.Equal(ExitCodes.Ok, run.ExitCode);
        var expected = ReadHeader(TestFiles.Golden("tiny", "model.safetensors"));
        Assert.Equal(expected, Listed(run.Document));
        Assert.Equal(expected.Sum(tensor => tensor.Bytes), run.Document.GetProperty("bytes").GetInt64());
        Assert.Equal(expected.Length, run.Document.GetProperty("count").GetInt32());
    }

    [Fact]
    public async Task Inspect_Text_HasOneLinePerTensorAndATotal()
    {
        var run = await CliRun.OfAsync("weights", "inspect", TestFiles.Golden("tiny"));

        var expected = ReadHeader(TestFiles.Golden("tiny", "model.safetensors"));
        var lines = run.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(expected.Select(tensor => $"{tensor.Name}\t{tensor.Dtype}\t[{tensor.Shape}]\t{tensor.Bytes}"), lines[..^1]);
        Assert.StartsWith($"{expected.Length} tensors, ", lines[^1]);
    }

    [Fact]
    public async Task Inspect_FolderWithoutWeights_IsExitCode1()
    {
        var run = await CliRun.OfAsync("weights", "inspect", TestFiles.NewFolder());

        Assert.Equal((ExitCodes.Failed, ""), (run.ExitCode, run.Output));
        Assert.Contains("no weights", run.Error);
    }

    [Fact]
    public async Task ApplyDelta_BaseAndDelta_WritesTheTargetsTensors()
    {
        var target = Path.Combine(TestFiles.NewFolder(), "target");

        var run = await CliRun.OfAsync(
            "weights", "apply-delta", "--base", TestFiles.Golden("delta", "base"), "--delta", TestFiles.Golden("delta", "delta"), "--out", target, "--json");

        Assert.Equal((ExitCodes.Ok, ""), (run.ExitCode, run.Error));
        // the frequencies of the rotary embedding are computed, so they are left out
        var expected = ReadHeader(TestFiles.Golden("delta", "target_expected.safetensors"))
            .Where(tensor => !tensor.Name.EndsWith("rotary_emb.inv_freq", StringComparison.Ordinal)).ToArray();
        var inspected = await CliRun.OfAsync("weights", "inspect", target, "--json");
        Assert.Equal(expected.Select(tensor => (tensor.Name, tensor.Shape)), Listed(inspected.Document).Select(tensor => (tensor.Name, tensor.Shape)));
        Assert.Equal(
            (target, expected.Length, inspected.Document.GetProperty("bytes").GetInt64()),
            (run.Document.GetProperty("out").GetString(), run.Document.GetProperty("tensors").GetInt32(), run.Document.GetProperty("bytes").GetInt64()));
    }

    [Fact]
    public async Task ApplyDelta_SomeoneWatches_ShowsABar()
    {
        var target = Path.Combine(TestFiles.NewFolder(), "target");

        var run = await CliRun.OfAsync(
            null,
            ["weights", "apply-delta", "--base", TestFiles.Golden("delta", "base"), "--delta", TestFiles.Golden("delta", "delta"), "--out", target],
            interactive: true);

        Assert.Equal(ExitCodes.Ok, run.ExitCode);
        Assert.EndsWith($"written to {target}\n", run.Output);
        Assert.Contains("adding weights", run.Error);
    }

    [Fact]
    public async Task ApplyDelta_TwoThatDoNotFit_IsExitCode1AndLeavesNothing()
    {
        var target = Path.Combine(TestFiles.NewFolder(), "target");

        var run = await CliRun.OfAsync(
            "weights", "apply-delta", "--base", TestFiles.Golden("tiny"), "--delta", TestFiles.Golden("delta", "delta"), "--out", target);

        Assert.Equal((ExitCodes.Failed, ""), (run.ExitCode, run.Output));
        Assert.NotEmpty(run.Error);
        Assert.False(Directory.Exists(target));
    }

    /// <summary>The names, dtypes, shapes and sizes of a safetensors file, read by hand.</summary>
    private static Tensor[] ReadHeader(string path)
    {
        var file = File.ReadAllBytes(path);
        var header = JsonElement.Parse(file.AsSpan(8, (int)BinaryPrimitives.ReadInt64LittleEndian(file)));
        return [.. header.EnumerateObject().Where(entry => entry.Name != "__metadata__").Select(entry => new Tensor(
            entry.Name,
            Dtypes[entry.Value.GetProperty("dtype").GetString()!],
            Shape(entry.Value),
            entry.Value.GetProperty("data_offsets")[1].GetInt64() - entry.Value.GetProperty("data_offsets")[0].GetInt64()))
            .OrderBy(tensor => tensor.Name, StringComparer.Ordinal)];
    }

    private static Tensor[] Listed(JsonElement document) => [.. document.GetProperty("tensors").EnumerateArray().Select(entry => new Tensor(
        entry.GetProperty("name").GetString()!, entry.GetProperty("dtype").GetString()!, Shape(entry), entry.GetProperty("bytes").GetInt64()))];

    private static string Shape(JsonElement entry) => string.Join(", ", entry.GetProperty("shape").EnumerateArray());

    private sealed record Tensor(string Name, string Dtype, string Shape, long Bytes);
}
