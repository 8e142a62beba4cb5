namespace TrainingSpec.Ilgpu.Ptx;

/// <summary>cvt: conversions between types.</summary>
/// <remarks>
/// Source: PTX ISA 8.0, "cvt". A float that is too large for a whole number becomes the nearest one that the type has, NaN becomes 0.
/// Forms whose rounding is not to nearest in a float, or that saturate, are not here, so they are refused.
/// </remarks>
internal static class PtxConversions
{
    private static readonly string[] Whole = ["s8", "u8", "s16", "u16", "s32", "u32", "s64", "u64"];

    private static readonly (string Name, MidpointRounding Mode)[] ToWhole =
        [("rni", MidpointRounding.ToEven), ("rzi", MidpointRounding.ToZero), ("rmi", MidpointRounding.ToNegativeInfinity), ("rpi", MidpointRounding.ToPositiveInfinity)];

    public static void AddTo(Dictionary<string, PtxOperation> all)
    {
        PtxType f32 = PtxType.Of("f32"), f64 = PtxType.Of("f64");
        foreach (PtxType from in Whole.Select(PtxType.Of))
        {
            foreach (PtxType to in Whole.Select(PtxType.Of))
                all[$"cvt.{to.Name}.{from.Name}"] = new(to, [from], (a, _, _) => Integer(PtxBits.Whole(a, from), to));
            all[$"cvt.rn.f32.{from.Name}"] = new(f32, [from], (a, _, _) => PtxBits.Bits(Single(PtxBits.Whole(a, from))));
            all[$"cvt.rn.f64.{from.Name}"] = new(f64, [from], (a, _, _) => PtxBits.Bits(Double(PtxBits.Whole(a, from))));
        }

        all["cvt.f64.f32"] = new(f64, [f32], (a, _, _) => PtxBits.Bits((double)PtxBits.Single(a)));
        all["cvt.rn.f32.f64"] = new(f32, [f64], (a, _, _) => PtxBits.Bits((float)PtxBits.Double(a)));
        foreach ((string name, MidpointRounding mode) in ToWhole)
        {
            all[$"cvt.{name}.f32.f32"] = new(f32, [f32], (a, _, _) => PtxBits.Bits(MathF.Round(PtxBits.Single(a), mode)));
            all[$"cvt.{name}.f64.f64"] = new(f64, [f64], (a, _, _) => PtxBits.Bits(Math.Round(PtxBits.Double(a), mode)));
            foreach (PtxType to in Whole.Select(PtxType.Of))
            {
                all[$"cvt.{name}.{to.Name}.f32"] = new(to, [f32], (a, _, _) => Clamped(Math.Round((double)PtxBits.Single(a), mode), to));
                all[$"cvt.{name}.{to.Name}.f64"] = new(to, [f64], (a, _, _) => Clamped(Math.Round(PtxBits.Double(a), mode), to));
            }
        }
    }

    // A narrow result stands sign- or zero-extended in a register that is wider.
    private static ulong Integer(Int128 value, PtxType to)
    {
        ulong low = PtxBits.Truncate(unchecked((ulong)value), to.Size);
        return to.Size == 1 && to.IsSigned ? PtxBits.Truncate((ulong)PtxBits.Signed(low, 1), 2) : low;
    }

    private static ulong Clamped(double x, PtxType to)
    {
        Int128 least = to.IsSigned ? -(Int128.One << (8 * to.Size - 1)) : 0;
        Int128 most = (Int128.One << (8 * to.Size - (to.IsSigned ? 1 : 0))) - 1;
        if (double.IsNaN(x))
            return 0;
        return Integer(x <= (double)least ? least : x >= (double)most ? most : (Int128)x, to);
    }

    // At most 53 bits with a last one that remembers what was cut off: the rounding that follows is the only one.
    private static float Single(Int128 value)
    {
        Int128 magnitude = Int128.Abs(value);
        int cut = Math.Max(0, 128 - (int)Int128.LeadingZeroCount(magnitude) - 53);
        Int128 kept = magnitude >> cut;
        if (kept << cut != magnitude)
            kept |= 1;
        float rounded = (float)Math.ScaleB((long)kept, cut);
        return value < 0 ? -rounded : rounded;
    }

    // Two halves that are doubles; their sum is rounded once.
    private static double Double(Int128 value)
    {
        Int128 magnitude = Int128.Abs(value);
        double rounded = (double)(long)(magnitude >> 32) * 4294967296.0 + (double)(long)(magnitude & 0xFFFFFFFF);
        return value < 0 ? -rounded : rounded;
    }
}
