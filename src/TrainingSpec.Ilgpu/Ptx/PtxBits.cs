namespace TrainingSpec.Ilgpu.Ptx;

/// <summary>Registers as numbers and back. A register holds its value in its low bits, the rest is zero.</summary>
internal static class PtxBits
{
    /// <summary>The NaN of a single-precision result.</summary>
    /// <remarks>Source: PTX ISA 8.0, "Floating Point Instructions": NaN results are the canonical 0x7fffffff.</remarks>
    public const ulong NaN32 = 0x7FFFFFFF;

    /// <summary>The NaN of a double-precision result; PTX leaves its payload open, and its sign here is not the one that this processor would give.</summary>
    public const ulong NaN64 = 0x7FFFFFFFFFFFFFFF;

    public static float Single(ulong bits) => BitConverter.UInt32BitsToSingle((uint)bits);

    public static double Double(ulong bits) => BitConverter.UInt64BitsToDouble(bits);

    public static ulong Bits(float x) => float.IsNaN(x) ? NaN32 : BitConverter.SingleToUInt32Bits(x);

    public static ulong Bits(double x) => double.IsNaN(x) ? NaN64 : BitConverter.DoubleToUInt64Bits(x);

    /// <summary>The low <paramref name="size"/> bytes.</summary>
    public static ulong Truncate(ulong bits, int size) => size == 8 ? bits : bits & ((1UL << (8 * size)) - 1);

    /// <summary>The low <paramref name="size"/> bytes as a signed whole number.</summary>
    public static long Signed(ulong bits, int size) => (long)(bits << (64 - 8 * size)) >> (64 - 8 * size);

    /// <summary>The value as a whole number of the type, in 128 bits.</summary>
    public static Int128 Whole(ulong bits, PtxType type) => type.IsSigned ? Signed(bits, type.Size) : (Int128)Truncate(bits, type.Size);
}
