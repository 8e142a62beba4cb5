namespace TrainingSpec.Numbers;

/// <summary>Constants of the elementary functions; a test recomputes each from the oracle's π and ln 2 and from exact fractions.</summary>
internal static class ElementaryConstants
{
    // Adding and subtracting 1.5 · 2^52 rounds |x| < 2^51 to a whole number.
    public const double RoundingShift = 6755399441055744.0;

    public const double SmallestNormal = 2.2250738585072014e-308;

    // 2^54 makes every subnormal normal.
    public const double SubnormalScale = 18014398509481984.0;

    public const double SqrtTwo = 1.4142135623730951;

    // The bits of √½, rounded up.
    public const long RootHalfBits = 0x3FE6_A09E_667F_3BCD;

    public const double Log2E = 1.4426950408889634;

    // ln 2: 42 bits, so that k times it is exact for |k| < 2^11, and the rest.
    public const double Ln2High = 0.6931471805598903;
    public const double Ln2Low = 5.497923018708371e-14;

    public const double TwoOverPi = 0.6366197723675814;

    // π/2: three times 33 bits, so that k times each is exact for k < 2^20, and the rest.
    public const double HalfPi1 = 1.5707963267341256;
    public const double HalfPi2 = 6.077100506303966e-11;
    public const double HalfPi3 = 2.0222662487111665e-21;
    public const double HalfPi4 = 8.4784276603689e-32;

    // π/2 less the first two parts.
    public const double HalfPi3Single = 2.0222662487959506e-21;

    public const double HalfPiHigh = 1.5707963267948966;
    public const double HalfPiLow = 6.123233995736766e-17;

    // What rounding to double leaves of the leading coefficients.
    public const double SixthLow = 9.25185853854297e-18;
    public const double TwentyFourthLow = 2.3129646346357427e-18;
    public const double OneOver120Low = 1.1564823173178714e-19;
    public const double OneOver720Low = -5.300543954373577e-20;
    public const double OneOver5040Low = 1.7209558293420705e-22;
    public const double TwoThirdsLow = 3.700743415417188e-17;
    public const double TwoFifthsLow = -2.2204460492503132e-17;
    public const double TwoSeventhsLow = 1.586032892321652e-17;
    public const double ThirdLow = 1.850371707708594e-17;
    public const double TenthLow = -5.551115123125783e-18;
    public const double OneOver42Low = 1.32169407693471e-18;
    public const double OneOver216Low = 2.569960705150825e-19;
    public const double OneOver1320Low = 6.570922257487906e-22;

    public const double TwoOverRootPiHigh = 1.1283791670955126;
    public const double TwoOverRootPiLow = 1.533545961316588e-17;

    // e^x is 0 below −746 and ∞ above 710.
    public const double ExpBound = 746;

    // e^x − 1 is −1 below −60, 2^−86 less, far beyond the last bit of any format.
    public const double Expm1Bound = 60;

    // 2^−60: x²/2 is beyond the last bit of x and ln(1 + x) rounds to x.
    public const double Log1pTiny = 8.673617379884035e-19;

    // erfc x is 0 from 28 on, far below the smallest subnormal.
    public const double ErfcBound = 28;

    // Below −104 e^x is less than half the smallest binary32, above 89 more than the largest; from 9.5 and 3.95 on tanh x and erf x round to 1 there, and erfc x to 0 from 10.25 on.
    public const double SingleExpLeast = -104;
    public const double SingleExpMost = 89;
    public const double SingleTanhMost = 9.5;
    public const double SingleErfMost = 3.95;
    public const double SingleErfcMost = 10.25;

    // From here on e^(−x²/2) is less than half the smallest binary32, and so is erfc(x/√2).
    public const double SingleNormalMost = 14.421875;
    public const double RootOfHalf = 0.7071067811865476;

    // 2^70, and 2^−66.
    public const double PowExponentBound = 1180591620717411303424.0;
    public const double PowNoise = 1.3552527156068805e-20;

    // From 40 on tanh x is 1 − 2e^(−2x) with the second part far below the last bit of any format; from 6 on erf x is.
    public const double TanhBound = 40;
    public const double ErfBound = 6;
}
