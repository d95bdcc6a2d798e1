namespace OrleansLlm.Core.Compression;

/// <summary>Where the mixture's weights come from.</summary>
/// <param name="Data">SHA-256 of each training file, by name.</param>
/// <param name="Method">How they were fitted, in words.</param>
/// <param name="HeldOut">Figures on training records that were not fitted on, by name.</param>
internal sealed record MixtureProvenance(
    IReadOnlyDictionary<string, string> Data, string Method, IReadOnlyDictionary<string, double> HeldOut);
