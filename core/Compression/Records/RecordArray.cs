namespace OrleansLlm.Core.Compression.Records;

/// <summary>An array of like objects, by UTF-16 offsets.</summary>
/// <param name="Records">Where each object stands, in order.</param>
internal sealed record RecordArray(IReadOnlyList<(int Start, int End)> Records);
