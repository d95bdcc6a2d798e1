using System.CommandLine;

namespace OrleansLlm.Silo.Commands;

/// <summary>What the values of options must be.</summary>
internal static class OptionRules
{
    /// <summary>Refuses a command line whose value is not right; <paramref name="expected"/> follows the option's name in the message.</summary>
    public static void MustBe<T>(this Option<T> option, Func<T, bool> isRight, string expected) => option.Validators.Add(result =>
    {
        T? value;
        try
        {
            value = result.GetValueOrDefault<T>();
        }
        catch (InvalidOperationException)
        {
            // Not of its type, as "abc" for a number: the parser says so itself once the rules are done.
            return;
        }

        if (value is null || !isRight(value))
            result.AddError($"{option.Name} {expected}.");
    });
}
