namespace OrleansLlm.Core.Caching;

/// <summary>A row and its cosine similarity to the query, in [-1, 1].</summary>
public readonly record struct VectorMatch(int Row, float Cosine);
