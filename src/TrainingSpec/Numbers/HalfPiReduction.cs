namespace TrainingSpec.Numbers;

/// <summary>Reduction of huge arguments by π/2, exact for every double.</summary>
/// <remarks>
/// x = M·2ᵉ; of the binary digits of 2/π only 224 from position e − 2 matter to x·2/π modulo 4. The product is formed in 32-bit limbs, since
/// devices have no 64×64 high multiply. Source: Payne, Hanek, "Radian reduction for trigonometric functions" (1983).
/// </remarks>
public static class HalfPiReduction
{
    /// <summary>From here on the digits of π/2 that a product with four doubles holds no longer suffice.</summary>
    public const double Bound = 1048576;

    /// <summary>x = (4n + Quadrant)·π/2 + High + Low, High + Low in [−π/4, π/4] with a relative error below 2⁻¹⁰⁰.</summary>
    /// <param name="x">Finite, at least <see cref="Bound"/>; anything for another x.</param>
    public static (Real64 Quadrant, Real64 High, Real64 Low) Reduce(double x)
    {
        long bits = BitConverter.DoubleToInt64Bits(x);
        int position = (int)((bits >> 52) & 0x7FF) - 1077;
        ulong significandLow = (ulong)bits & 0xFFFF_FFFF;
        ulong significandHigh = ((ulong)bits >> 32 & 0xF_FFFF) | 0x10_0000;
        int word = position >> 5;
        int shift = position & 31;
        ulong d0 = Digits(word + 6, shift), d1 = Digits(word + 5, shift), d2 = Digits(word + 4, shift), d3 = Digits(word + 3, shift);
        ulong d4 = Digits(word + 2, shift), d5 = Digits(word + 1, shift), d6 = Digits(word, shift);

        // The product modulo 2^224, limb by limb: no sum exceeds 64 bits.
        const ulong Limb = 0xFFFF_FFFF;
        ulong t = significandLow * d0;
        ulong p0 = t & Limb;
        t = significandLow * d1 + (t >> 32);
        ulong p1 = t & Limb;
        t = significandLow * d2 + (t >> 32);
        ulong p2 = t & Limb;
        t = significandLow * d3 + (t >> 32);
        ulong p3 = t & Limb;
        t = significandLow * d4 + (t >> 32);
        ulong p4 = t & Limb;
        t = significandLow * d5 + (t >> 32);
        ulong p5 = t & Limb;
        ulong p6 = (significandLow * d6 + (t >> 32)) & Limb;
        t = significandHigh * d0 + p1;
        p1 = t & Limb;
        t = significandHigh * d1 + p2 + (t >> 32);
        p2 = t & Limb;
        t = significandHigh * d2 + p3 + (t >> 32);
        p3 = t & Limb;
        t = significandHigh * d3 + p4 + (t >> 32);
        p4 = t & Limb;
        t = significandHigh * d4 + p5 + (t >> 32);
        p5 = t & Limb;
        p6 = (significandHigh * d5 + p6 + (t >> 32)) & Limb;

        // Two bits of quarter turns; the rest as a signed fraction of one, in two's complement.
        ulong quadrant = ((p6 >> 30) + (p6 >> 29 & 1)) & 3;
        ulong negative = (p6 >> 29 & 1) * Limb;
        Real64 sign = (p6 >> 29 & 1) == 1 ? -1.0 : 1.0;
        ulong f6 = ((p6 << 2 | p5 >> 30) & Limb) ^ negative, f5 = ((p5 << 2 | p4 >> 30) & Limb) ^ negative;
        ulong f4 = ((p4 << 2 | p3 >> 30) & Limb) ^ negative, f3 = ((p3 << 2 | p2 >> 30) & Limb) ^ negative;
        ulong f2 = ((p2 << 2 | p1 >> 30) & Limb) ^ negative, f1 = ((p1 << 2 | p0 >> 30) & Limb) ^ negative;

        // Each limb lies below the last bit of those before it, so the sums are exact until two doubles are full.
        const double Down = 1.0 / 4294967296.0;
        Real64 high = Place(f6, Down), low = 0.0;
        (high, low) = Append(high, low, Place(f5, Down * Down));
        (high, low) = Append(high, low, Place(f4, Down * Down * Down));
        (high, low) = Append(high, low, Place(f3, Down * Down * Down * Down));
        (high, low) = Append(high, low, Place(f2, Down * Down * Down * Down * Down));
        (high, low) = Append(high, low, Place(f1, Down * Down * Down * Down * Down * Down));
        (high, low) = Pair.Multiply<Real64>(high, low, ElementaryConstants.HalfPiHigh, ElementaryConstants.HalfPiLow);
        return ((double)quadrant, sign * high, sign * low);
    }

    // Through Real64, so that a device multiplies with a rounding mode.
    private static Real64 Place(ulong limb, double weight) => (Real64)(double)limb * weight;

    private static (Real64 High, Real64 Low) Append(Real64 high, Real64 low, Real64 limb)
    {
        var (sum, error) = ErrorFree.FastTwoSum(high, limb);
        return (sum, low + error);
    }

    // 32 digits of 2/π that begin `shift` digits into the given word.
    private static ulong Digits(int word, int shift) => (((ulong)Word(word) << 32 | Word(word + 1)) >> (32 - shift)) & 0xFFFF_FFFF;

    // The binary digits of 2/π behind the point, 32 at a time; 0 before the point.
    private static uint Word(int index) => index switch
    {
        0 => 0xA2F9836E,
        1 => 0x4E441529,
        2 => 0xFC2757D1,
        3 => 0xF534DDC0,
        4 => 0xDB629599,
        5 => 0x3C439041,
        6 => 0xFE5163AB,
        7 => 0xDEBBC561,
        8 => 0xB7246E3A,
        9 => 0x424DD2E0,
        10 => 0x06492EEA,
        11 => 0x09D1921C,
        12 => 0xFE1DEB1C,
        13 => 0xB129A73E,
        14 => 0xE88235F5,
        15 => 0x2EBB4484,
        16 => 0xE99C7026,
        17 => 0xB45F7E41,
        18 => 0x3991D639,
        19 => 0x835339F4,
        20 => 0x9C845F8B,
        21 => 0xBDF9283B,
        22 => 0x1FF897FF,
        23 => 0xDE05980F,
        24 => 0xEF2F118B,
        25 => 0x5A0A6D1F,
        26 => 0x6D367ECF,
        27 => 0x27CB09B7,
        28 => 0x4F463F66,
        29 => 0x9E5FEA2D,
        30 => 0x7527BAC7,
        31 => 0xEBE5F17B,
        32 => 0x3D0739F7,
        33 => 0x8A5292EA,
        34 => 0x6BFB5FB1,
        35 => 0x1F8D5D08,
        36 => 0x56033046,
        37 => 0xFC7B6BAB,
        38 => 0xF0CFBC20,
        39 => 0x9AF4361D,
        _ => 0,
    };
}
