using System.Numerics;
using System.Runtime.Intrinsics.X86;
using OrleansLlm.Core.Caching;

namespace OrleansLlm.Core.Tests.Caching;

/// <summary>The vector instructions against their scalar twins, and those against the definition.</summary>
public sealed class VectorKernelTests
{
    [Fact]
    public void Distances_EveryPath_EqualsTheBitsThatDiffer() => Gen.Select(Gen.Int[1, 31], Gen.Int[1, 5], Gen.Int).Sample((words, groups, seed) =>
    {
        var random = new Random(seed);
        var rows = Enumerable.Range(0, groups * SignCodes.GroupRows).Select(_ => Enumerable.Range(0, words).Select(_ => Bits(random)).ToArray()).ToArray();
        var query = Enumerable.Range(0, words).Select(_ => Bits(random)).ToArray();
        var stored = new ulong[rows.Length * words];
        for (var row = 0; row < rows.Length; row++)
            SignCodes.Store(rows[row], stored, row);
        var expected = rows.Select(r => (ushort)r.Zip(query, static (a, b) => BitOperations.PopCount(a ^ b)).Sum()).ToArray();
        var found = new ushort[rows.Length];
        SignCodes.DistancesScalar(query, stored, found);
        Assert.Equal(expected, found);
        SignCodes.Distances(query, stored, found);
        Assert.Equal(expected, found);
        if (Avx2.IsSupported)
        {
            Array.Clear(found);
            SignCodes.Distances256(query, stored, found);
            Assert.Equal(expected, found);
        }

        if (Avx512BW.IsSupported)
        {
            Array.Clear(found);
            SignCodes.Distances512(query, stored, found);
            Assert.Equal(expected, found);
        }
    });

    [Fact]
    public void Dot_EveryPath_EqualsTheSumOfProducts() => Gen.SByte.Array[0, 500].Sample(a =>
    {
        var b = a.Reverse().ToArray();
        var expected = a.Zip(b, static (x, y) => x * y).Sum();
        Assert.Equal(expected, Int8Vectors.DotScalar(a, b));
        Assert.Equal(expected, Int8Vectors.Dot(a, b));
        if (Avx2.IsSupported)
            Assert.Equal(expected, Int8Vectors.Dot256(a, b));
        if (Avx512BW.IsSupported)
            Assert.Equal(expected, Int8Vectors.Dot512(a, b));
    });

    [Fact]
    public void Quantize_AnyVector_IsWithinHalfAStep() => Gen.Float[-1, 1].Array[1, 400].Sample(vector =>
    {
        var bytes = new sbyte[vector.Length];
        var scale = Int8Vectors.Quantize(vector, bytes);
        for (var i = 0; i < vector.Length; i++)
            Assert.InRange(Math.Abs(bytes[i] * scale - vector[i]), 0, scale * 0.501f + 1e-30f);
    });

    [Theory]
    [InlineData(0f)]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    public void Quantize_NoFiniteMagnitude_IsZero(float component)
    {
        var bytes = new sbyte[] { 5, 5 };
        Assert.Equal(0, Int8Vectors.Quantize([component, 0], bytes));
        Assert.Equal([0, 0], bytes);
    }

    private static ulong Bits(Random random) => random.Next(4) switch { 0 => 0, 1 => ulong.MaxValue, _ => (ulong)random.NextInt64(long.MinValue, long.MaxValue) };
}
