using System.CommandLine;
using System.Globalization;
using System.Numerics;

namespace GPT4RoI.Cli.Inputs;

/// <summary>Options with a range, so that a wrong number is refused before anything is tried.</summary>
internal static class Ranges
{
    public static Option<T> Within<T>(this Option<T> option, T least, T most) where T : struct, INumber<T>
    {
        option.Validators.Add(result =>
        {
            if (!result.Errors.Any() && result.GetValueOrDefault<T>() is var value && (value < least || value > most))
            {
                result.AddError(string.Create(CultureInfo.InvariantCulture, $"{option.Name} is {value}: give {least} to {most}."));
            }
        });
        return option;
    }
}
