namespace TrainingSpec.Numbers;

/// <summary>Coefficients of the polynomial P in erfc x = e^(−x²)·P((x − 2.5)/(x + 3)) on [1, 6].</summary>
/// <remarks>
/// P interpolates e^(x²)·erfc x at the 21 Chebyshev nodes of w in [−3/8, 7/18]; with these rounded coefficients the absolute error of erfc stays below 2⁻⁶⁹, which a test computes from the
/// continued fraction of erfc. The first six coefficients keep what rounding to double leaves of them. Source: Muller, "Elementary Functions" (2016), §3.2.
/// </remarks>
internal static class ErfcConstants
{
    public const double Erfc0 = 0.2108063640611436;
    public const double Erfc0Low = -5.6277359711890655e-18;
    public const double Erfc1 = -0.4089104073438707;
    public const double Erfc1Low = -3.1837196156463227e-18;
    public const double Erfc2 = 0.34546400452750065;
    public const double Erfc2Low = 1.1779772115420249e-17;
    public const double Erfc3 = -0.23142268954828288;
    public const double Erfc3Low = -2.9441415262041833e-18;
    public const double Erfc4 = 0.11792238659658047;
    public const double Erfc4Low = 5.76290240197078e-18;
    public const double Erfc5 = -0.04105645390777168;
    public const double Erfc5Low = 1.5263254335906593e-18;
    public const double Erfc6 = 0.006200459800507162;
    public const double Erfc7 = 0.0021134709956343108;
    public const double Erfc8 = -0.001221503655348554;
    public const double Erfc9 = -3.811416627113829e-5;
    public const double Erfc10 = 0.00017235420000119513;
    public const double Erfc11 = -8.213439568747047e-6;
    public const double Erfc12 = -2.6906477114343838e-5;
    public const double Erfc13 = 1.1524860683622851e-6;
    public const double Erfc14 = 4.7862433539418744e-6;
    public const double Erfc15 = 1.8896665670475282e-7;
    public const double Erfc16 = -8.966349130491311e-7;
    public const double Erfc17 = -1.6785195901238547e-7;
    public const double Erfc18 = 1.5577248675419355e-7;
    public const double Erfc19 = 5.488604237498785e-8;
    public const double Erfc20 = -2.0775097187631235e-8;
}
