using System.Numerics.Tensors;

namespace OrleansLlm.Core.Caching;

/// <summary>
/// A flat index of unit vectors: an append-only matrix with tombstones. One writer; readers take an immutable
/// <see cref="VectorIndexView"/> and never wait. Search is exhaustive, so nothing near is ever missed.
/// </summary>
/// <param name="dimension">Components of a vector, e.g. 384.</param>
public sealed class VectorIndex(int dimension)
{
    internal const int RowsPerBlock = 512;

    private float[][] _blocks = [];
    private bool[] _live = [];
    private int _count;

    /// <summary>Rows ever added, tombstones included.</summary>
    public int Count => _count;

    public int Dimension => dimension;

    /// <summary>Appends <paramref name="vector"/> and returns its row. Rows are never reused.</summary>
    /// <exception cref="ArgumentException">The vector has another length than the index.</exception>
    public int Add(ReadOnlySpan<float> vector)
    {
        if (vector.Length != dimension)
            throw new ArgumentException($"The index holds vectors of {dimension}, not {vector.Length}.", nameof(vector));
        var block = _count / RowsPerBlock;
        if (block == _blocks.Length)
            _blocks = [.. _blocks, new float[RowsPerBlock * dimension]];
        if (_count == _live.Length)
            Array.Resize(ref _live, Math.Max(RowsPerBlock, _live.Length * 2));
        vector.CopyTo(_blocks[block].AsSpan(_count % RowsPerBlock * dimension));
        _live[_count] = true;
        return _count++;
    }

    /// <summary>Marks a row dead; searches that began earlier may still return it.</summary>
    public void Remove(int row) => _live[row] = false;

    /// <summary>What can be searched now. Later additions are not in it.</summary>
    public VectorIndexView View() => new(_blocks, _live, _count, dimension);
}

/// <summary>A row and its cosine similarity to the query, in [-1, 1].</summary>
public readonly record struct VectorMatch(int Row, float Cosine);

/// <summary>An immutable moment of a <see cref="VectorIndex"/>.</summary>
public readonly struct VectorIndexView
{
    private readonly float[][] _blocks;
    private readonly bool[] _live;
    private readonly int _count;
    private readonly int _dimension;

    internal VectorIndexView(float[][] blocks, bool[] live, int count, int dimension)
    {
        _blocks = blocks;
        _live = live;
        _count = count;
        _dimension = dimension;
    }

    /// <summary>The <paramref name="k"/> nearest live rows at or above <paramref name="minimumCosine"/>, nearest first; ties by row.</summary>
    public IReadOnlyList<VectorMatch> Search(ReadOnlySpan<float> query, int k, float minimumCosine)
    {
        if (query.Length != _dimension)
            throw new ArgumentException($"The index holds vectors of {_dimension}, not {query.Length}.", nameof(query));
        var best = new List<VectorMatch>(k);
        for (var row = 0; row < _count; row++)
        {
            if (!_live[row])
                continue;
            var vector = _blocks[row / VectorIndex.RowsPerBlock].AsSpan(row % VectorIndex.RowsPerBlock * _dimension, _dimension);
            var cosine = TensorPrimitives.Dot(query, vector);
            if (cosine < minimumCosine || (best.Count == k && cosine <= best[^1].Cosine))
                continue;
            if (best.Count == k)
                best.RemoveAt(k - 1);
            var at = best.Count;
            while (at > 0 && best[at - 1].Cosine < cosine)
                at--;
            best.Insert(at, new VectorMatch(row, cosine));
        }

        return best;
    }
}
