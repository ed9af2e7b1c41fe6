using System.Globalization;
using GPT4RoI.Model;
using TorchSharp;
using static TorchSharp.torch;

namespace GPT4RoI.Silo.Hosting;

/// <summary>Reads the settings <c>Silo:Device</c> and <c>Silo:Dtype</c>.</summary>
internal static class ModelPlacementParser
{
    /// <summary>The placement, or null if the two do not name one.</summary>
    public static ModelPlacement? Parse(string device, string dtype)
    {
        ScalarType? type = dtype switch
        {
            "float32" => ScalarType.Float32,
            "float16" => ScalarType.Float16,
            "bfloat16" => ScalarType.BFloat16,
            _ => null,
        };
        return (device.Split(':'), type) switch
        {
            (["cpu"], ScalarType.Float32) => ModelPlacement.Cpu,
            (["cuda"], { } on) => new ModelPlacement(new Device(DeviceType.CUDA, 0), on),
            (["cuda", var index], { } on) when int.TryParse(index, NumberStyles.None, CultureInfo.InvariantCulture, out var number) =>
                new ModelPlacement(new Device(DeviceType.CUDA, number), on),
            _ => null,
        };
    }
}
