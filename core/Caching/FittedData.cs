namespace OrleansLlm.Core.Caching;

/// <summary>One data file of a fit.</summary>
/// <param name="File">Its name.</param>
/// <param name="Sha256">Hash of the file as read.</param>
/// <param name="Pairs">Rows used.</param>
/// <param name="Weight">Weight of each row against a row of weight 1.</param>
public sealed record FittedData(string File, string Sha256, int Pairs, double Weight);
