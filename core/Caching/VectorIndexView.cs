using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace OrleansLlm.Core.Caching;

/// <summary>
/// An immutable moment of a <see cref="VectorIndex"/>, safe to search on any thread beside the writer. A small index is compared vector by
/// vector. A larger one is scanned by sign codes; the nearest codes are rescored by bytes and the best of those by the vectors
/// themselves, so a returned cosine is exact and only a neighbour that its code hides can be missed.
/// </summary>
public readonly struct VectorIndexView
{
    /// <summary>Up to this many rows every vector is compared: no neighbour is missed, at a few tens of microseconds.</summary>
    internal const int ExactRows = 1024;

    /// <summary>Most rows rescored by bytes: the nearest codes.</summary>
    internal const int MostRescored = 512;

    /// <summary>Most matches of one search.</summary>
    public const int MostMatches = 64;

    private const int Buffer = 4 * MostRescored;

    private readonly VectorBlock[] _blocks;
    private readonly int _dimension;

    internal VectorIndexView(VectorBlock[] blocks, int count, int dimension)
    {
        _blocks = blocks;
        Count = count;
        _dimension = dimension;
    }

    /// <summary>Rows in it, dead ones included.</summary>
    public int Count { get; }

    /// <summary>Writes the nearest rows that pass, nearest first and ties by row, and returns how many.</summary>
    /// <param name="query">Unit vector.</param>
    /// <param name="minimumCosine">Least similarity.</param>
    /// <param name="filter">Which rows may be returned.</param>
    /// <param name="matches">Room for the most wanted, at most <see cref="MostMatches"/>.</param>
    /// <exception cref="ArgumentException">The query has another length than the index, or there is room for too many matches.</exception>
    public int Search(ReadOnlySpan<float> query, float minimumCosine, VectorFilter filter, Span<VectorMatch> matches)
    {
        if (query.Length != _dimension)
            throw new ArgumentException($"The index holds vectors of {_dimension}, not {query.Length}.", nameof(query));
        if (matches.Length > MostMatches)
            throw new ArgumentException($"A search gives at most {MostMatches} matches.", nameof(matches));
        return matches.IsEmpty ? 0
            : Count <= ExactRows ? SearchExact(query, minimumCosine, filter, matches) : SearchCodes(query, minimumCosine, filter, matches, Rescored(Count));
    }

    /// <summary>
    /// Nearest codes that are rescored: the more rows, the more of them lie as near by code as the true neighbours. Measured for a recall of
    /// 0.995 or more of the nearest four (<c>bench -- cache-search</c>).
    /// </summary>
    internal static int Rescored(int rows) => rows <= 32_768 ? 256 : MostRescored;

    /// <summary>The same by comparing every vector.</summary>
    internal int SearchExact(ReadOnlySpan<float> query, float minimumCosine, VectorFilter filter, Span<VectorMatch> matches)
    {
        var found = 0;
        for (var start = 0; start < Count; start += VectorIndex.RowsPerBlock)
        {
            var block = _blocks[start / VectorIndex.RowsPerBlock];
            var rows = Math.Min(VectorIndex.RowsPerBlock, Count - start);
            for (var row = 0; row < rows; row++)
            {
                if (block.Passes(row, filter))
                    Insert(matches, ref found, new(start + row, TensorPrimitives.Dot(query, block.Vectors.AsSpan(row * _dimension, _dimension))), minimumCosine);
            }
        }

        return found;
    }

    /// <summary>The same by sign codes.</summary>
    /// <param name="query">Unit vector.</param>
    /// <param name="minimumCosine">Least similarity.</param>
    /// <param name="filter">Which rows may be returned.</param>
    /// <param name="matches">Room for the most wanted.</param>
    /// <param name="most">Nearest codes that are rescored, up to <see cref="MostRescored"/>.</param>
    [SkipLocalsInit]
    internal int SearchCodes(ReadOnlySpan<float> query, float minimumCosine, VectorFilter filter, Span<VectorMatch> matches, int most)
    {
        Span<int> rows = stackalloc int[Buffer];
        var candidates = NearestCodes(query, filter, rows, most);

        Span<sbyte> bytes = stackalloc sbyte[_dimension];
        _ = Int8Vectors.Quantize(query, bytes);
        Span<VectorMatch> rescored = stackalloc VectorMatch[Math.Min(candidates, 4 * matches.Length)];
        var kept = 0;
        foreach (var row in rows[..candidates])
        {
            var block = _blocks[row / VectorIndex.RowsPerBlock];
            var at = row % VectorIndex.RowsPerBlock;
            // The query's own scale is the same for all, so it does not change the order.
            Insert(rescored, ref kept, new(row, Int8Vectors.Dot(bytes, block.Bytes.AsSpan(at * _dimension, _dimension)) * block.Scales[at]), float.NegativeInfinity);
        }

        var found = 0;
        foreach (var match in rescored[..kept])
        {
            var vector = _blocks[match.Row / VectorIndex.RowsPerBlock].Vectors.AsSpan(match.Row % VectorIndex.RowsPerBlock * _dimension, _dimension);
            Insert(matches, ref found, new(match.Row, TensorPrimitives.Dot(query, vector)), minimumCosine);
        }

        return found;
    }

    // The rows with the smallest code distances that pass: `most` and those tied with the last of them, in no order. A distance bound falls as rows are found, so that
    // after the first few blocks almost every row is refused by one comparison.
    [SkipLocalsInit]
    private int NearestCodes(ReadOnlySpan<float> query, VectorFilter filter, Span<int> rows, int most)
    {
        Span<ulong> code = stackalloc ulong[SignCodes.Words(_dimension)];
        SignCodes.Encode(query, code);
        Span<ushort> distances = stackalloc ushort[VectorIndex.RowsPerBlock];
        Span<ushort> found = stackalloc ushort[Buffer];
        Span<int> histogram = stackalloc int[_dimension + 1];
        histogram.Clear();
        var bound = _dimension;
        var within = 0;
        var kept = 0;
        for (var start = 0; start < Count; start += VectorIndex.RowsPerBlock)
        {
            var block = _blocks[start / VectorIndex.RowsPerBlock];
            var length = Math.Min(VectorIndex.RowsPerBlock, Count - start);
            var groups = (length + SignCodes.GroupRows - 1) / SignCodes.GroupRows;
            SignCodes.Distances(code, block.Codes.AsSpan(0, groups * SignCodes.GroupRows * code.Length), distances);
            for (var row = NextWithin(distances, 0, length, bound); row < length; row = NextWithin(distances, row + 1, length, bound))
            {
                if (!block.Passes(row, filter))
                    continue;
                if (kept == Buffer)
                {
                    kept = Keep(rows, found, kept, bound);
                    // Ties at the bound alone can fill the buffer: the earlier rows stay.
                    if (kept > Buffer / 2)
                        kept = KeepFirst(rows, found, kept, bound, most, ref within, histogram);
                }

                var distance = distances[row];
                rows[kept] = start + row;
                found[kept++] = distance;
                histogram[distance]++;
                within++;
                while (within - histogram[bound] >= most)
                    within -= histogram[bound--];
            }
        }

        return Keep(rows, found, kept, bound);
    }

    // The next row at or after `row` whose distance is at most the bound, or a number of at least `length`.
    private static int NextWithin(ReadOnlySpan<ushort> distances, int row, int length, int bound)
    {
        if (Vector512.IsHardwareAccelerated)
        {
            var most = Vector512.Create((ushort)bound);
            for (; row <= VectorIndex.RowsPerBlock - Vector512<ushort>.Count; row += Vector512<ushort>.Count)
            {
                var mask = Vector512.LessThanOrEqual(Vector512.LoadUnsafe(ref Unsafe.AsRef(in distances[row])), most).ExtractMostSignificantBits();
                if (mask != 0)
                    return row + System.Numerics.BitOperations.TrailingZeroCount(mask);
                if (row >= length)
                    return length;
            }
        }

        while (row < length && distances[row] > bound)
            row++;
        return row;
    }

    private static int Keep(Span<int> rows, Span<ushort> distances, int count, int bound)
    {
        var kept = 0;
        for (var i = 0; i < count; i++)
        {
            if (distances[i] > bound)
                continue;
            rows[kept] = rows[i];
            distances[kept++] = distances[i];
        }

        return kept;
    }

    // Those below the bound, and of those at the bound as many of the first as make `most` in all.
    private static int KeepFirst(Span<int> rows, Span<ushort> distances, int count, int bound, int most, ref int within, Span<int> histogram)
    {
        var ties = most - (within - histogram[bound]);
        var kept = 0;
        for (var i = 0; i < count; i++)
        {
            if (distances[i] == bound && ties-- <= 0)
                continue;
            rows[kept] = rows[i];
            distances[kept++] = distances[i];
        }

        within = kept;
        histogram[bound] = 0;
        for (var i = 0; i < kept; i++)
            histogram[bound] += distances[i] == bound ? 1 : 0;
        return kept;
    }

    private static void Insert(Span<VectorMatch> best, ref int count, VectorMatch match, float minimum)
    {
        // Written so that a NaN is refused.
        if (!(match.Cosine >= minimum) || (count == best.Length && !Before(match, best[^1])))
            return;
        var at = count == best.Length ? count - 1 : count++;
        while (at > 0 && Before(match, best[at - 1]))
        {
            best[at] = best[at - 1];
            at--;
        }

        best[at] = match;
    }

    private static bool Before(VectorMatch a, VectorMatch b) => a.Cosine > b.Cosine || (a.Cosine == b.Cosine && a.Row < b.Row);
}
