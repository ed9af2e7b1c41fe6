using TorchSharp;
using static TorchSharp.torch;

namespace GPT4RoI.Model.Language;

/// <summary>The attention kernel that suits a placement.</summary>
public static class PagedAttention
{
    /// <summary>The C# kernel for float32 on the CPU, torch operations otherwise.</summary>
    public static IPagedAttention For(ModelPlacement placement) =>
        placement.Device.type == DeviceType.CPU && placement.Dtype == ScalarType.Float32
            ? new CpuPagedAttention(get_num_threads())
            : new TorchPagedAttention();
}
