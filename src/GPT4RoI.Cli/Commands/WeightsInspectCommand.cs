using System.CommandLine;
using GPT4RoI.Cli.Output;
using GPT4RoI.Model.Weights;

namespace GPT4RoI.Cli.Commands;

/// <summary><c>gpt4roi weights inspect</c>: what a checkpoint holds, read from its headers.</summary>
internal static class WeightsInspectCommand
{
    public static Command Create(Terminal terminal)
    {
        var folder = new Argument<DirectoryInfo>("dir") { Description = "Folder with safetensors or PyTorch weights." }.AcceptExistingOnly();
        var command = new Command("inspect", "List a checkpoint's tensors with dtype, shape and size.") { folder };
        command.SetAction(parsed =>
        {
            var path = parsed.GetRequiredValue(folder).FullName;
            using var weights = WeightFiles.Open(path);
            var tensors = weights.Tensors.OrderBy(entry => entry.Key, StringComparer.Ordinal)
                .Select(entry => Describe(entry.Key, entry.Value)).ToArray();
            var (parameters, bytes) = (tensors.Sum(tensor => tensor.Parameters), tensors.Sum(tensor => tensor.Bytes));
            if (parsed.GetValue<bool>(CommandLine.JsonOption))
            {
                var document = new { Dir = path, Count = tensors.Length, Parameters = parameters, Bytes = bytes, Tensors = tensors };
                Json.WriteDocument(terminal.Output, document);
                return;
            }
            foreach (var tensor in tensors)
            {
                terminal.Output.WriteLine(SafeText.Clean($"{tensor.Name}\t{tensor.Dtype}\t[{string.Join(", ", tensor.Shape)}]\t{tensor.Bytes}"));
            }
            terminal.Output.WriteLine($"{tensors.Length} tensors, {parameters:N0} parameters, {bytes:N0} bytes");
        });
        return command;
    }

    private static TensorLine Describe(string name, TensorInfo info)
    {
        var parameters = info.Shape.Aggregate(1L, (product, length) => product * length);
        return new TensorLine(name, info.Dtype.ToString().ToLowerInvariant(), info.Shape, parameters, info.Bytes);
    }

    private sealed record TensorLine(string Name, string Dtype, long[] Shape, long Parameters, long Bytes);
}
