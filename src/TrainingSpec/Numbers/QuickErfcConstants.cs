namespace TrainingSpec.Numbers;

/// <summary>Coefficients of the polynomial P in erfc x = e^(−x²)·P((x − 4)/(x + 4))/(x + 4) on [0, 10.5], for binary32.</summary>
/// <remarks>P interpolates (x + 4)·e^(x²)·erfc x at the 20 Chebyshev nodes of w in [−1, 13/29]; its relative error stays below 2⁻⁵³, which a test computes. Source: as <see cref="ScaledErfcConstants"/>.</remarks>
internal static class QuickErfcConstants
{
    public const double Quick0 = 1.095995661000491;
    public const double Quick1 = -0.9765487290808815;
    public const double Quick2 = 0.7732087022652371;
    public const double Quick3 = -0.5408538313133038;
    public const double Quick4 = 0.33085158787798424;
    public const double Quick5 = -0.17401093723694508;
    public const double Quick6 = 0.07638151491198161;
    public const double Quick7 = -0.02637005339824587;
    public const double Quick8 = 0.006112055573282053;
    public const double Quick9 = -0.0002809582975607933;
    public const double Quick10 = -0.0004550515308042885;
    public const double Quick11 = 0.0001768100942061117;
    public const double Quick12 = -3.6433467662883926e-6;
    public const double Quick13 = -1.8857021959776055e-5;
    public const double Quick14 = 4.7232578741769965e-6;
    public const double Quick15 = 1.4393573128517993e-6;
    public const double Quick16 = -8.868264534515668e-7;
    public const double Quick17 = -1.290075312429873e-7;
    public const double Quick18 = 1.2227607785362672e-7;
    public const double Quick19 = 3.136381323063203e-8;
}
