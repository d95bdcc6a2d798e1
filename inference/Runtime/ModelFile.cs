namespace OrleansLlm.Inference;

/// <summary>One file of a model as its manifest states it.</summary>
/// <param name="Path">Relative to the model's folder.</param>
/// <param name="Sha256">Lower-case hexadecimal.</param>
/// <param name="Bytes">Size of the file.</param>
internal sealed record ModelFile(string Path, string Sha256, long Bytes);
