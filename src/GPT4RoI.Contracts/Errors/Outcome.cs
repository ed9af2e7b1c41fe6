using System.Diagnostics.CodeAnalysis;

namespace GPT4RoI.Contracts.Errors;

/// <summary>A value, or the error that stands in its place. Expected failures travel as values; exceptions mean a bug or an outage.</summary>
[GenerateSerializer, Immutable]
[Alias("gpt4roi.Outcome`1")]
public readonly record struct Outcome<T>
{
    private Outcome(T? value, ClusterError? error) => (Value, Error) = (value, error);

    /// <summary>The value; set exactly when <see cref="Error"/> is null.</summary>
    [Id(0)] public T? Value { get; }

    /// <summary>The error, if it failed.</summary>
    [Id(1)] public ClusterError? Error { get; }

    /// <summary>True with the value, or false with the error.</summary>
    public bool TryGet([NotNullWhen(true)] out T? value, [NotNullWhen(false)] out ClusterError? error)
    {
        (value, error) = (Value, Error);
        return error is null;
    }

    public static implicit operator Outcome<T>(T value) => new(value, null);

    public static implicit operator Outcome<T>(ClusterError error) => new(default, error);
}
