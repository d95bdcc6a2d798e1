namespace OrleansLlm.Core.Caching;

/// <summary>
/// A flat index of unit vectors: an append-only matrix in blocks, with tombstones. One writer; any number of readers take a
/// <see cref="VectorIndexView"/> and never wait. A row takes 4 bytes a component for the vector, 1 for rescoring, one bit for the scan.
/// </summary>
/// <param name="dimension">Components of a vector, e.g. 384; 1 to 4,096.</param>
public sealed class VectorIndex(int dimension)
{
    internal const int RowsPerBlock = 1024;
    private const int FirstRows = SignCodes.GroupRows;

    // Readers take the count before the blocks and the writer sets them the other way round, so every counted row has its block.
    private VectorBlock[] _blocks = [];
    private int _count;

    /// <summary>Rows ever added, tombstones included.</summary>
    public int Count => _count;

    public int Dimension { get; } = dimension is > 0 and <= 4096
        ? dimension : throw new ArgumentOutOfRangeException(nameof(dimension), dimension, "A vector has 1 to 4,096 components.");

    /// <summary>Appends a vector that never expires and returns its row. Rows are never reused.</summary>
    /// <exception cref="ArgumentException">The vector has another length than the index.</exception>
    public int Add(ReadOnlySpan<float> vector) => Add(vector, 0, long.MaxValue);

    /// <summary>Appends <paramref name="vector"/> and returns its row. Rows are never reused.</summary>
    /// <param name="vector">Unit vector.</param>
    /// <param name="createdTicks">UTC ticks of the entry's making, for a search's oldest age.</param>
    /// <param name="expiresTicks">UTC ticks after which no search returns it.</param>
    /// <exception cref="ArgumentException">The vector has another length than the index.</exception>
    public int Add(ReadOnlySpan<float> vector, long createdTicks, long expiresTicks)
    {
        if (vector.Length != Dimension)
            throw new ArgumentException($"The index holds vectors of {Dimension}, not {vector.Length}.", nameof(vector));
        var (block, row) = Room();
        Span<ulong> code = stackalloc ulong[SignCodes.Words(Dimension)];
        SignCodes.Encode(vector, code);
        SignCodes.Store(code, block.Codes, row);
        block.Scales[row] = Int8Vectors.Quantize(vector, block.Bytes.AsSpan(row * Dimension, Dimension));
        vector.CopyTo(block.Vectors.AsSpan(row * Dimension));
        block.Created[row] = createdTicks;
        block.Expires[row] = expiresTicks;
        Volatile.Write(ref _count, _count + 1);
        return _count - 1;
    }

    /// <summary>Marks a row dead; searches that began earlier may still return it.</summary>
    public void Remove(int row) => Volatile.Write(ref BlockOf(row).Expires[row % RowsPerBlock], VectorBlock.Dead);

    /// <summary>The vector of a row, dead or alive.</summary>
    public ReadOnlySpan<float> Vector(int row) => BlockOf(row).Vectors.AsSpan(row % RowsPerBlock * Dimension, Dimension);

    /// <summary>What can be searched now. Later additions are not in it.</summary>
    public VectorIndexView View()
    {
        var count = Volatile.Read(ref _count);
        return new(Volatile.Read(ref _blocks), count, Dimension);
    }

    private VectorBlock BlockOf(int row) => row >= 0 && row < _count
        ? _blocks[row / RowsPerBlock] : throw new ArgumentOutOfRangeException(nameof(row), row, $"The index has {_count} rows.");

    // The first block grows by doubling, so that a small partition does not pay for a thousand rows.
    private (VectorBlock Block, int Row) Room()
    {
        var at = _count / RowsPerBlock;
        var row = _count % RowsPerBlock;
        if (at == _blocks.Length)
            Publish(at, new VectorBlock(at == 0 ? FirstRows : RowsPerBlock, Dimension));
        else if (row == _blocks[at].Rows)
            Publish(at, _blocks[at].Grow(row * 2, Dimension));
        return (_blocks[at], row);
    }

    private void Publish(int at, VectorBlock block)
    {
        var blocks = new VectorBlock[Math.Max(at + 1, _blocks.Length)];
        _blocks.CopyTo(blocks, 0);
        blocks[at] = block;
        Volatile.Write(ref _blocks, blocks);
    }
}
