using TorchSharp;
using static TorchSharp.torch;

namespace GPT4RoI.Model.Regions;

/// <summary>RoIAlign by the kernel that suits the map.</summary>
public static class RoiAlign
{
    /// <summary>The C# kernel for float32 on the CPU, torch operations otherwise.</summary>
    public static IRoiAlign For(Device device, ScalarType dtype) =>
        device.type == DeviceType.CPU && dtype == ScalarType.Float32 ? new CpuRoiAlign(get_num_threads()) : new TorchRoiAlign();
}
