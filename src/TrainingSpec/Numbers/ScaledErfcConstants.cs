namespace TrainingSpec.Numbers;

/// <summary>Coefficients of the polynomial P in erfc x = e^(−x²)·P((x − 4)/(x + 4))/(x + 4) on [0, 28].</summary>
/// <remarks>
/// P interpolates (x + 4)·e^(x²)·erfc x at the 28 Chebyshev nodes of w in [−1, 3/4]; with these rounded coefficients its relative error stays below 2⁻⁶⁷, which a test computes from the
/// continued fraction of erfc and from the series of erf. The first nine coefficients keep what rounding to double leaves of them. Source: Muller, "Elementary Functions" (2016), §3.2;
/// Shepherd, Laframboise, "Chebyshev approximation of (1 + 2x)exp(x²)erfc x in 0 ≤ x &lt; ∞" (1981), for the argument.
/// </remarks>
internal static class ScaledErfcConstants
{
    public const double Scaled0 = 1.095995661000491;
    public const double Scaled0Low = 5.75724514913018e-17;
    public const double Scaled1 = -0.976548729080882;
    public const double Scaled1Low = -1.4808216816782803e-17;
    public const double Scaled2 = 0.7732087022652372;
    public const double Scaled2Low = -5.105140021405763e-17;
    public const double Scaled3 = -0.5408538313132364;
    public const double Scaled3Low = -1.9114611106294936e-18;
    public const double Scaled4 = 0.3308515878780057;
    public const double Scaled4Low = 2.137035055140685e-17;
    public const double Scaled5 = -0.17401093723987482;
    public const double Scaled5Low = -2.8788461897401733e-18;
    public const double Scaled6 = 0.07638151490955941;
    public const double Scaled6Low = -2.7756094986502725e-18;
    public const double Scaled7 = -0.026370053341525722;
    public const double Scaled7Low = -1.1991856273901166e-19;
    public const double Scaled8 = 0.006112055651265173;
    public const double Scaled8Low = 1.2505304232035227e-20;
    public const double Scaled9 = -0.00028095885250903644;
    public const double Scaled10 = -0.0004550526414139015;
    public const double Scaled11 = 0.00017681273491033545;
    public const double Scaled12 = -3.635420026228601e-6;
    public const double Scaled13 = -1.8860548368757933e-5;
    public const double Scaled14 = 4.695354326090545e-6;
    public const double Scaled15 = 1.4233117247403688e-6;
    public const double Scaled16 = -8.485499743065902e-7;
    public const double Scaled17 = -7.406447825008009e-8;
    public const double Scaled18 = 1.2797807262198503e-7;
    public const double Scaled19 = -5.893839333871672e-10;
    public const double Scaled20 = -1.927974113277093e-8;
    public const double Scaled21 = 8.648776069502233e-10;
    public const double Scaled22 = 3.058658640471567e-9;
    public const double Scaled23 = -8.738934758033261e-11;
    public const double Scaled24 = -4.872692244262494e-10;
    public const double Scaled25 = -3.3181526837606524e-11;
    public const double Scaled26 = 5.6812057132836534e-11;
    public const double Scaled27 = 1.3320294759600495e-11;
}
