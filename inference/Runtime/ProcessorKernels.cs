using System.Runtime.Intrinsics.X86;

namespace OrleansLlm.Inference;

/// <summary>What the processor's int8 instructions do to a model's arithmetic.</summary>
internal static class ProcessorKernels
{
    // Leaf 7, ECX (Intel's Software Developer's Manual, CPUID).
    private const int Avx512VnniBit = 11;

    /// <summary>
    /// Whether products of u8 and s8 are added up in 16 bits, where they saturate: x86 without VNNI. With VNNI they go to 32 bits at once, as they
    /// do on Arm. Where in doubt, yes.
    /// </summary>
    public static bool Saturate { get; } = X86Base.IsSupported && !AvxVnni.IsSupported && !HasAvx512Vnni();

    private static bool HasAvx512Vnni() =>
        Avx512BW.VL.IsSupported && Avx512DQ.VL.IsSupported && X86Base.CpuId(0, 0).Eax >= 7 && ((X86Base.CpuId(7, 0).Ecx >> Avx512VnniBit) & 1) == 1;
}
