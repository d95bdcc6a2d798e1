namespace OrleansLlm.Core.Tests;

/// <summary>Generators that CsCheck leaves to its users.</summary>
internal static class Gens
{
    /// <summary>One of the given values.</summary>
    public static Gen<T> Of<T>(params T[] values) => Gen.Int[0, values.Length - 1].Select(i => values[i]);
}
