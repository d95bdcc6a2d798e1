using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace OrleansLlm.Core.Caching;

/// <summary>
/// One bit a component, its sign: the Hamming distance of two codes grows with the angle of their vectors (Charikar 2002). Codes lie in
/// groups of eight rows, word by word (word 0 of rows 0 to 7, then word 1, ...), so that one register takes one word of eight rows.
/// </summary>
internal static class SignCodes
{
    /// <summary>Rows of a group.</summary>
    public const int GroupRows = 8;

    /// <summary>64-bit words of a code; the bits beyond the dimension are zero in every code.</summary>
    public static int Words(int dimension) => (dimension + 63) / 64;

    /// <summary>Writes the code of <paramref name="vector"/>, <see cref="Words"/> long.</summary>
    public static void Encode(ReadOnlySpan<float> vector, Span<ulong> code)
    {
        code.Clear();
        for (var i = 0; i < vector.Length; i++)
        {
            if (vector[i] > 0)
                code[i >> 6] |= 1UL << (i & 63);
        }
    }

    /// <summary>Puts a code into its place among the groups.</summary>
    public static void Store(ReadOnlySpan<ulong> code, Span<ulong> groups, int row)
    {
        var at = row / GroupRows * GroupRows * code.Length + row % GroupRows;
        for (var word = 0; word < code.Length; word++)
            groups[at + word * GroupRows] = code[word];
    }

    /// <summary>The Hamming distances of <paramref name="query"/> to whole groups: one for each of their rows.</summary>
    /// <param name="query">The query's code.</param>
    /// <param name="groups">Groups of codes.</param>
    /// <param name="distances">Eight for each group.</param>
    public static void Distances(ReadOnlySpan<ulong> query, ReadOnlySpan<ulong> groups, Span<ushort> distances)
    {
        if (groups.Length % (GroupRows * query.Length) != 0 || distances.Length < groups.Length / query.Length)
            throw new ArgumentException("The codes are no whole groups, or the distances have no room for them.", nameof(groups));
        // A byte counts at most 8 bits a word, so beyond 31 words the vector paths would overflow.
        if (query.Length > 31)
            DistancesScalar(query, groups, distances);
        else if (Avx512BW.IsSupported)
            Distances512(query, groups, distances);
        else if (Avx2.IsSupported)
            Distances256(query, groups, distances);
        else
            DistancesScalar(query, groups, distances);
    }

    /// <summary>The same without vector instructions (one population count a word, a single instruction on most processors).</summary>
    public static void DistancesScalar(ReadOnlySpan<ulong> query, ReadOnlySpan<ulong> groups, Span<ushort> distances)
    {
        var length = GroupRows * query.Length;
        for (var group = 0; group * length < groups.Length; group++)
        {
            for (var row = 0; row < GroupRows; row++)
            {
                var distance = 0;
                for (var word = 0; word < query.Length; word++)
                    distance += BitOperations.PopCount(query[word] ^ groups[group * length + word * GroupRows + row]);
                distances[group * GroupRows + row] = (ushort)distance;
            }
        }
    }

    /// <summary>The same by table look-ups of half bytes (Muła, Kurz and Lemire 2018), eight rows at once. Needs AVX-512BW.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Distances512(ReadOnlySpan<ulong> query, ReadOnlySpan<ulong> groups, Span<ushort> distances)
    {
        var table = Vector512.Create(Counts, Counts);
        var low = Vector512.Create((byte)0x0f);
        ref var source = ref MemoryMarshal.GetReference(groups);
        ref var target = ref MemoryMarshal.GetReference(distances);
        var count = groups.Length / (GroupRows * query.Length);
        nuint at = 0;
        for (var group = 0; group < count; group++)
        {
            var sum = Vector512<byte>.Zero;
            for (var word = 0; word < query.Length; word++)
            {
                var bits = (Vector512.LoadUnsafe(ref source, at) ^ Vector512.Create(query[word])).AsByte();
                sum += Avx512BW.Shuffle(table, bits & low) + Avx512BW.Shuffle(table, (bits.AsUInt16() >>> 4).AsByte() & low);
                at += GroupRows;
            }

            var rows = Avx512BW.SumAbsoluteDifferences(sum, Vector512<byte>.Zero).AsUInt64();
            Avx512F.ConvertToVector128UInt16(rows).StoreUnsafe(ref target, (nuint)(group * GroupRows));
        }
    }

    /// <summary>The same, four rows at once. Needs AVX2.</summary>
    public static void Distances256(ReadOnlySpan<ulong> query, ReadOnlySpan<ulong> groups, Span<ushort> distances)
    {
        var low = Vector256.Create((byte)0x0f);
        ref var source = ref MemoryMarshal.GetReference(groups);
        var length = GroupRows * query.Length;
        for (var group = 0; group * length < groups.Length; group++)
        {
            for (var half = 0; half < GroupRows; half += 4)
            {
                var sum = Vector256<byte>.Zero;
                for (var word = 0; word < query.Length; word++)
                {
                    var bits = (Vector256.LoadUnsafe(ref source, (nuint)(group * length + word * GroupRows + half)) ^ Vector256.Create(query[word])).AsByte();
                    sum += Avx2.Shuffle(Counts, bits & low) + Avx2.Shuffle(Counts, (bits.AsUInt16() >>> 4).AsByte() & low);
                }

                var rows = Avx2.SumAbsoluteDifferences(sum, Vector256<byte>.Zero).AsUInt64();
                for (var row = 0; row < 4; row++)
                    distances[group * GroupRows + half + row] = (ushort)rows[row];
            }
        }
    }

    // Bits set in each half byte.
    private static Vector256<byte> Counts => Vector256.Create(
        (byte)0, 1, 1, 2, 1, 2, 2, 3, 1, 2, 2, 3, 2, 3, 3, 4, 0, 1, 1, 2, 1, 2, 2, 3, 1, 2, 2, 3, 2, 3, 3, 4);
}
