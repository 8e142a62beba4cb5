using TrainingSpec.Numbers;

namespace TrainingSpec.Tests.Battery;

/// <summary>A double with the least and the largest exponent of all that was computed on the way to it, as the formula is computed: within a format's normal numbers no power of two is lost.</summary>
internal readonly record struct Extent(Real64 Value, int Least, int Largest) : IReal<Extent>
{
    private const int Beyond = 100_000;

    public static Extent Pi => Of(Math.PI);

    public static bool States => false;

    public static Extent Of(double value) => new(value, Beyond, -Beyond);

    /// <summary>An argument, whose own exponent counts.</summary>
    public static Extent Argument(double value) => Seen(value);

    public static Extent operator +(Extent x, Extent y) => Seen(x.Value + y.Value, x, y);

    public static Extent operator -(Extent x, Extent y) => Seen(x.Value - y.Value, x, y);

    public static Extent operator *(Extent x, Extent y) => Seen(x.Value * y.Value, x, y);

    public static Extent operator /(Extent x, Extent y) => Seen(x.Value / y.Value, x, y);

    public static Extent operator -(Extent x) => x with { Value = -x.Value };

    public static Extent Sqrt(Extent x) => Seen(Real64.Sqrt(x.Value), x);

    public static Extent Exp(Extent x) => Seen(Real64.Exp(x.Value), x);

    public static Extent Expm1(Extent x) => Seen(Real64.Expm1(x.Value), x);

    public static Extent Log(Extent x) => Seen(Real64.Log(x.Value), x);

    public static Extent Log1p(Extent x) => Seen(Real64.Log1p(x.Value), x);

    public static Extent Cos(Extent x) => Seen(Real64.Cos(x.Value), x);

    public static Extent Sin(Extent x) => Seen(Real64.Sin(x.Value), x);

    public static Extent Tanh(Extent x) => Seen(Real64.Tanh(x.Value), x);

    public static Extent Erf(Extent x) => Seen(Real64.Erf(x.Value), x);

    public static Extent Erfc(Extent x) => Seen(Real64.Erfc(x.Value), x);

    public static Extent Pow(Extent x, Extent y) => Seen(Real64.Pow(x.Value, y.Value), x, y);

    public static Extent Power(Extent x, Extent n) => Seen(Real64.Power(x.Value, n.Value), x, n);

    public static Extent Abs(Extent x) => x with { Value = Real64.Abs(x.Value) };

    public static Extent Min(Extent x, Extent y) => Seen(Real64.Min(x.Value, y.Value), x, y);

    public static Extent Max(Extent x, Extent y) => Seen(Real64.Max(x.Value, y.Value), x, y);

    public static Extent Floor(Extent x) => Seen(Real64.Floor(x.Value), x);

    public static Extent Fma(Extent x, Extent y, Extent z) => Seen(Real64.Fma(x.Value, y.Value, z.Value), x, y, z, x * y);

    public static Extent Product(Extent x, Extent y, Extent z) => Seen(Real64.Product(x.Value, y.Value, z.Value), x, y, z);

    public static Extent Proportion(Extent x, Extent y, Extent z) => Seen(Real64.Proportion(x.Value, y.Value, z.Value), x, y, z);

    public static Extent Rewritten(Extent stated, Extent computed) => computed;

    public static Extent BinaryScale(Extent x) => Seen(Real64.BinaryScale(x.Value), x);

    public static Extent IfLess(Extent x, Extent y, Extent then, Extent otherwise) => Seen(Real64.IfLess(x.Value, y.Value, then.Value, otherwise.Value), x, y, then, otherwise);

    public static Extent IfEqual(Extent x, Extent y, Extent then, Extent otherwise) => Seen(Real64.IfEqual(x.Value, y.Value, then.Value, otherwise.Value), x, y, then, otherwise);

    public static bool AllLess(Extent x, Extent y) => Real64.AllLess(x.Value, y.Value);

    public static bool AllEqual(Extent x, Extent y) => Real64.AllEqual(x.Value, y.Value);

    // Of a zero there is no exponent; an infinity and NaN have one beyond every format.
    private static Extent Seen(Real64 value, params ReadOnlySpan<Extent> from)
    {
        bool finite = double.IsFinite(value.Value);
        int least = value.Value == 0 ? Beyond : Math.ILogB(finite ? value.Value : 1), largest = !finite ? Beyond : value.Value == 0 ? -Beyond : Math.ILogB(value.Value);
        foreach (Extent x in from)
            (least, largest) = (Math.Min(least, x.Least), Math.Max(largest, x.Largest));
        return new(value, least, largest);
    }
}
