namespace OrleansLlm.Core.Caching;

/// <summary>Some rows of a <see cref="VectorIndex"/> in all their forms. Rows are written once; only an expiry changes later.</summary>
internal sealed class VectorBlock
{
    /// <summary>The expiry of a dead row: before every time.</summary>
    public const long Dead = long.MinValue;

    /// <param name="rows">Rows it has room for; a multiple of <see cref="SignCodes.GroupRows"/>.</param>
    /// <param name="dimension">Components of a vector.</param>
    public VectorBlock(int rows, int dimension)
    {
        Rows = rows;
        Codes = new ulong[rows * SignCodes.Words(dimension)];
        Bytes = new sbyte[rows * dimension];
        Scales = new float[rows];
        Vectors = new float[rows * dimension];
        Expires = new long[rows];
        Created = new long[rows];
    }

    public int Rows { get; }

    public ulong[] Codes { get; }

    public sbyte[] Bytes { get; }

    public float[] Scales { get; }

    public float[] Vectors { get; }

    /// <summary>UTC ticks after which a row is not served; <see cref="Dead"/> for a removed one.</summary>
    public long[] Expires { get; }

    public long[] Created { get; }

    /// <summary>Whether a row may be returned.</summary>
    public bool Passes(int row, VectorFilter filter) => Volatile.Read(ref Expires[row]) > filter.Now && Created[row] >= filter.NotBefore;

    /// <summary>A larger block with the same first rows.</summary>
    public VectorBlock Grow(int rows, int dimension)
    {
        var larger = new VectorBlock(rows, dimension);
        // Whole groups are copied, and groups lie one behind the other: the codes keep their places.
        Codes.CopyTo(larger.Codes, 0);
        Bytes.CopyTo(larger.Bytes, 0);
        Scales.CopyTo(larger.Scales, 0);
        Vectors.CopyTo(larger.Vectors, 0);
        Expires.CopyTo(larger.Expires, 0);
        Created.CopyTo(larger.Created, 0);
        return larger;
    }
}
