using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace OrleansLlm.Core.Caching;

/// <summary>Vectors as signed bytes with one scale each: component = byte * scale, scale = largest magnitude / 127.</summary>
internal static class Int8Vectors
{
    /// <summary>Writes the bytes of <paramref name="vector"/> and returns its scale; 0 for the zero vector.</summary>
    public static float Quantize(ReadOnlySpan<float> vector, Span<sbyte> bytes)
    {
        var largest = MathF.Abs(TensorPrimitives.MaxMagnitude(vector));
        if (!(largest > 0) || !float.IsFinite(largest))
        {
            bytes.Clear();
            return 0;
        }

        var scale = largest / 127;
        for (var i = 0; i < vector.Length; i++)
            bytes[i] = (sbyte)Math.Clamp(MathF.Round(vector[i] / scale), -127, 127);
        return scale;
    }

    /// <summary>The dot product of two vectors' bytes; exact.</summary>
    public static int Dot(ReadOnlySpan<sbyte> a, ReadOnlySpan<sbyte> b)
    {
        if (a.Length != b.Length)
            throw new ArgumentException("The vectors differ in length.", nameof(b));
        return Avx512BW.IsSupported ? Dot512(a, b) : Avx2.IsSupported ? Dot256(a, b) : DotScalar(a, b);
    }

    /// <summary>The same without vector instructions.</summary>
    public static int DotScalar(ReadOnlySpan<sbyte> a, ReadOnlySpan<sbyte> b)
    {
        var sum = 0;
        for (var i = 0; i < a.Length; i++)
            sum += a[i] * b[i];
        return sum;
    }

    /// <summary>The same, 32 bytes at once, widened to 16 bits so that no product overflows. Needs AVX-512BW.</summary>
    public static int Dot512(ReadOnlySpan<sbyte> a, ReadOnlySpan<sbyte> b)
    {
        var sum = Vector512<int>.Zero;
        var i = 0;
        for (; i <= a.Length - 32; i += 32)
            sum += Avx512BW.MultiplyAddAdjacent(Avx512BW.ConvertToVector512Int16(Load256(a, i)), Avx512BW.ConvertToVector512Int16(Load256(b, i)));
        return Vector512.Sum(sum) + DotScalar(a[i..], b[i..]);
    }

    /// <summary>The same, 16 bytes at once. Needs AVX2.</summary>
    public static int Dot256(ReadOnlySpan<sbyte> a, ReadOnlySpan<sbyte> b)
    {
        var sum = Vector256<int>.Zero;
        var i = 0;
        for (; i <= a.Length - 16; i += 16)
        {
            sum += Avx2.MultiplyAddAdjacent(
                Avx2.ConvertToVector256Int16(Vector128.LoadUnsafe(ref Unsafe.AsRef(in a[i]))), Avx2.ConvertToVector256Int16(Vector128.LoadUnsafe(ref Unsafe.AsRef(in b[i]))));
        }

        return Vector256.Sum(sum) + DotScalar(a[i..], b[i..]);
    }

    private static Vector256<sbyte> Load256(ReadOnlySpan<sbyte> bytes, int at) => Vector256.LoadUnsafe(ref Unsafe.AsRef(in bytes[at]));
}
