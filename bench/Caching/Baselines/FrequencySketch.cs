using System.IO.Hashing;
using System.Numerics;
using System.Runtime.InteropServices;

namespace OrleansLlm.Bench.Caching.Baselines;

/// <summary>
/// How often a key was asked for of late, in a few bytes a key: a count-min sketch whose counts are halved now and then (TinyLFU, Einziger,
/// Friedman and Manes 2017). Never too low but for the halving, sometimes too high. Not thread-safe.
/// </summary>
internal sealed class FrequencySketch
{
    private const int Rows = 4;
    private const byte Most = 15;

    private readonly byte[] _counts;
    private readonly int _width;
    private readonly int _period;
    private int _asked;

    /// <param name="keys">Keys that the cache holds, at least 1.</param>
    public FrequencySketch(int keys)
    {
        _width = (int)BitOperations.RoundUpToPowerOf2((uint)Math.Clamp(keys, 64, 1 << 24));
        _counts = new byte[Rows * _width];
        _period = 10 * _width;
    }

    /// <summary>Counts one request of <paramref name="key"/>.</summary>
    public void Count(string key)
    {
        var hash = Hash(key);
        for (var row = 0; row < Rows; row++)
        {
            ref var count = ref _counts[Cell(hash, row)];
            if (count < Most)
                count++;
        }

        if (++_asked < _period)
            return;
        _asked = 0;
        for (var i = 0; i < _counts.Length; i++)
            _counts[i] >>= 1;
    }

    /// <summary>Requests of <paramref name="key"/>, 0 to 15.</summary>
    public int Estimate(string key)
    {
        var hash = Hash(key);
        int least = Most;
        for (var row = 0; row < Rows; row++)
            least = Math.Min(least, _counts[Cell(hash, row)]);
        return least;
    }

    private static ulong Hash(string key) => XxHash3.HashToUInt64(MemoryMarshal.AsBytes(key.AsSpan()));

    // Two halves of one hash make any number of them (Kirsch and Mitzenmacher 2006).
    private int Cell(ulong hash, int row) => row * _width + (int)(((uint)hash + (uint)row * ((uint)(hash >> 32) | 1)) & (uint)(_width - 1));
}
