using System.Globalization;
using TorchSharp;
using static TorchSharp.torch;

namespace GPT4RoI.Model;

/// <summary>Where weights live and in which dtype they compute.</summary>
/// <param name="Device">CPU, or a CUDA device.</param>
/// <param name="Dtype">Float32 on CPU; Float16 or BFloat16 may be chosen on CUDA.</param>
public sealed record ModelPlacement(Device Device, ScalarType Dtype)
{
    /// <summary>float32 on the CPU.</summary>
    public static ModelPlacement Cpu => new(CPU, ScalarType.Float32);

    /// <summary>The placement that two settings name; null if they name none.</summary>
    /// <param name="device"><c>cpu</c>, <c>cuda</c> or <c>cuda:N</c>.</param>
    /// <param name="dtype"><c>float32</c>; on CUDA also <c>float16</c> or <c>bfloat16</c>.</param>
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
            (["cpu"], ScalarType.Float32) => Cpu,
            (["cuda"], { } on) => new(new Device(DeviceType.CUDA, 0), on),
            (["cuda", var index], { } on) when int.TryParse(index, NumberStyles.None, CultureInfo.InvariantCulture, out var number) =>
                new(new Device(DeviceType.CUDA, number), on),
            _ => null,
        };
    }

    /// <summary>Sets how many CPU threads one torch operation may use, in the whole process.</summary>
    public static void UseThreads(int threads) => set_num_threads(threads);
}
