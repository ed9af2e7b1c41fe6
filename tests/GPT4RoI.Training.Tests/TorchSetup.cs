using System.Runtime.CompilerServices;
using GPT4RoI.Model;
using GPT4RoI.Model.Native;

namespace GPT4RoI.Training.Tests;

/// <summary>A test may call torch before anything of the model's assembly, whose initializer makes the native library loadable, and before a trainer.</summary>
internal static class TorchSetup
{
#pragma warning disable CA2255 // has to come before the first test, whichever that is
    [ModuleInitializer]
    internal static void Run()
    {
        ReproducibleProducts.Demand();
        RuntimeHelpers.RunModuleConstructor(typeof(ModelPlacement).Module.ModuleHandle);
    }
#pragma warning restore CA2255
}
