using System.Diagnostics.CodeAnalysis;

namespace GPT4RoI.Engine.Vision;

/// <summary>Why vision work has no result.</summary>
public enum VisionFault
{
    /// <summary>It has one.</summary>
    None,

    /// <summary>The input is wrong; it will always be refused.</summary>
    Invalid,

    /// <summary>The file is neither PNG nor JPEG nor WebP by its content.</summary>
    UnsupportedFormat,

    /// <summary>The file's header says that it has more pixels than allowed.</summary>
    TooManyPixels,

    /// <summary>The file is broken or cut off.</summary>
    Malformed,

    /// <summary>The image's features could not be had.</summary>
    FeaturesMissing,

    /// <summary>Too much is waiting; try again later.</summary>
    QueueFull,

    /// <summary>It waited or ran longer than it may; try again later.</summary>
    TimedOut,

    /// <summary>Its own computation failed or gave numbers that are not finite; the rest of its batch went on.</summary>
    Failed,

    /// <summary>The worker is stopping.</summary>
    Unavailable,
}

/// <summary>A value, or the fault that stands in its place.</summary>
public readonly record struct VisionOutcome<T>
{
    private VisionOutcome(T? value, VisionFault fault) => (Value, Fault) = (value, fault);

    /// <summary>Set exactly when <see cref="Fault"/> is <see cref="VisionFault.None"/>.</summary>
    public T? Value { get; }

    /// <summary>What went wrong.</summary>
    public VisionFault Fault { get; }

    /// <summary>True with the value, false with a fault.</summary>
    public bool TryGet([NotNullWhen(true)] out T? value)
    {
        value = Value;
        return Fault == VisionFault.None;
    }

    public static implicit operator VisionOutcome<T>(T value) => new(value, VisionFault.None);

    public static implicit operator VisionOutcome<T>(VisionFault fault) => new(default, fault);
}
