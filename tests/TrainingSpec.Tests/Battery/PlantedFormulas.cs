using TrainingSpec.Formulas;
using TrainingSpec.Numbers;

namespace TrainingSpec.Tests.Battery;

/// <summary>Formulas that are wrong on purpose, each over one kind of number alone: the battery has to report every one.</summary>
internal static class PlantedFormulas
{
    [Formula("planted.right", TeX = "y")]
    public static T Right<T>([Domain("x", "(0, inf)")] T x, [Domain("a", "[0, 1)")] T a)
        where T : IReal<T> => T.Sqrt(x) + a * x;

    [Formula("planted.wrong_value_in_double", TeX = "y")]
    public static T WrongValueInDouble<T>([Domain("x", "(0, inf)")] T x, [Domain("a", "[0, 1)")] T a)
        where T : IReal<T> => Right(x, a) is Real64 y ? As<T>(new Real64(y.Value * (1 + 1e-12))) : Right(x, a);

    [Formula("planted.wrong_value_in_single", TeX = "y")]
    public static T WrongValueInSingle<T>([Domain("x", "(0, inf)")] T x, [Domain("a", "[0, 1)")] T a)
        where T : IReal<T> => Right(x, a) is Real32 y ? As<T>(new Real32(y.Value * (1 + 1e-5f))) : Right(x, a);

    [Formula("planted.wrong_value_in_half", TeX = "y")]
    public static T WrongValueInHalf<T>([Domain("x", "(0, inf)")] T x, [Domain("a", "[0, 1)")] T a)
        where T : IReal<T> => Right(x, a) is Float16 y ? As<T>(Float16.Of(y.Value * 1.01)) : Right(x, a);

    // Off in every number but the oracle, so that only the bound can tell.
    [Formula("planted.outside_its_bound", TeX = "y")]
    public static T OutsideItsBound<T>([Domain("x", "(0, inf)")] T x, [Domain("a", "[0, 1)")] T a)
        where T : IReal<T> => Right(x, a) is DoubleDouble y ? As<T>(y * (DoubleDouble)(1 + 1e-5)) : Right(x, a);

    [Formula("planted.wrong_derivative", TeX = "y")]
    public static T WrongDerivative<T>([Domain("x", "(0, inf)")] T x, [Domain("a", "[0, 1)")] T a)
        where T : IReal<T> => Right(x, a) is Dual<DoubleDouble> y ? As<T>(y with { Derivative = y.Derivative * (DoubleDouble)(1 + 1e-4) }) : Right(x, a);

    // A difference of near values in place of the step: right to seven digits.
    [Formula("planted.wrong_complex_step", TeX = "y")]
    public static T WrongComplexStep<T>([Domain("x", "(0, inf)")] T x, [Domain("a", "[0, 1)")] T a)
        where T : IReal<T> => Right(x, a) is ComplexStep<DoubleDouble> y ? As<T>(y with { Imaginary = y.Imaginary * (DoubleDouble)(1 + 1e-7) }) : Right(x, a);

    // A detached factor: a·x counts for x, not for a.
    [Formula("planted.wrong_record", TeX = "y")]
    public static T WrongRecord<T>([Domain("x", "(0, inf)")] T x, [Domain("a", "[0, 1)")] T a)
        where T : IReal<T> => a is Variable<DoubleDouble> y ? Right(x, As<T>(Variable<DoubleDouble>.Constant(y.Value))) : Right(x, a);

    [Formula("planted.wrong_tree", TeX = "y")]
    public static T WrongTree<T>([Domain("x", "(0, inf)")] T x, [Domain("a", "[0, 1)")] T a)
        where T : IReal<T> => Right(x, a) is Symbol ? T.Sqrt(x) + a / x : Right(x, a);

    // Fused in lanes alone: one rounding where the scalar formula has two.
    [Formula("planted.wrong_lanes", TeX = "y")]
    public static T WrongLanes<T>([Domain("x", "(0, inf)")] T x, [Domain("a", "[0, 1)")] T a)
        where T : IReal<T> => x is Lanes ? T.Fma(a, x, T.Sqrt(x)) : Right(x, a);

    // The middle to the nearest double, as if it were exact.
    [Formula("planted.wrong_interval", TeX = "y")]
    public static T WrongInterval<T>([Domain("x", "(0, inf)")] T x, [Domain("a", "[0, 1)")] T a)
        where T : IReal<T> => Right(x, a) is Interval y ? As<T>(Interval.Of(y.Low / 2 + y.High / 2)) : Right(x, a);

    [Formula("planted.wrong_row", TeX = "y_i")]
    public static void WrongRow<T>([Domain("x", "(-inf, inf)")] ReadOnlySpan<T> x, Span<T> y)
        where T : IReal<T>
    {
        for (int i = 0; i < x.Length; i++)
            y[i] = x[i] is Dual<DoubleDouble> && i == 1 ? x[i] + x[i] : x[i] * T.Of(3);
    }

    [Formula("planted.guarded", TeX = "y")]
    public static T Guarded<T>([Domain("x", "(-inf, inf)")] T x, [Domain(nameof(Formulas.Hyperparameters.Beta1))] T beta1)
        where T : IReal<T> => beta1 * x;

    // Right but for rounding, which takes everything near 1: the battery's other checks let it pass.
    [Formula("planted.cancels", TeX = "y")]
    public static T Cancels<T>([Domain("s", "[0, 1]")] T s)
        where T : IReal<T> => T.Exp(-s) - T.Of(1);

    [Formula("planted.overflows_on_the_way", TeX = "y")]
    public static T OverflowsOnTheWay<T>([Domain("x", "(0, inf)")] T x, [Domain("a", "(0, inf)")] T a)
        where T : IReal<T> => x * a / x;

    [Formula("planted.underflows_on_the_way", TeX = "y")]
    public static T UnderflowsOnTheWay<T>([Domain("x", "(0, inf)")] T x)
        where T : IReal<T> => T.Sqrt(x * x);

    [Formula("planted.infinite", TeX = "y")]
    public static T Infinite<T>([Domain("x", "[-inf, inf]")] ReadOnlySpan<T> x)
        where T : IReal<T> => T.Rewritten(Formulas.Softmax.LogSumExp(x), Formulas.Softmax.LogSumExp(x) + (x[0] - x[0]));

    // The kinds of the whole domain's faults beside those above: p is rounded to a narrower type before 1 − p is taken from it.
    [Formula("planted.rounds_hyperparameter", TeX = "y")]
    public static T RoundsHyperparameter<T>([Domain("x", "(-inf, inf)")] T x, [Domain(nameof(Formulas.Hyperparameters.DropProbability))] T p)
        where T : IReal<T> => x / (T.Of(1) - (p switch
        {
            Real64 wide => As<T>(new Real64((float)Math.Min(wide.Value, 0.9999))),
            Real32 single => As<T>(new Real32((float)Float16.Of(Math.Min(single.Value, 0.99)).Value)),
            _ => p,
        }));

    // One step past what the number can count is lost.
    [Formula("planted.loses_count", TeX = "y")]
    public static T LosesCount<T>([Domain("n", "[0, inf)", Whole = true)] T n, [Domain("x", "(0, inf)")] T x)
        where T : IReal<T> => (n + T.Of(1) - n) * x;

    // Rounded to five bits, then to the format.
    [Formula("planted.rounds_twice", TeX = "y")]
    public static T RoundsTwice<T>([Domain("x", "(-inf, inf)")] T x)
        where T : IReal<T> => (x / T.Of(3)) switch
        {
            Float16 y => As<T>(Float16.Of(FiveBits(y.Value))),
            BFloat16 y => As<T>(BFloat16.Of(FiveBits(y.Value))),
            var y => y,
        };

    // An exception of everything.
    [Formula("planted.excepted", TeX = "y")]
    public static T Excepted<T>([Domain("x", "(0, inf)")] T x)
        where T : IReal<T> => x + x / T.Of(3) - x / T.Of(7);

    [AccuracyException("planted.excepted", "nothing is promised")]
    private static T ExceptedUnit<T>(T x)
        where T : IReal<T> => x + T.Of(double.PositiveInfinity);

    // Wrong by the last place alone: no bound tells, but the function is not what it says it is.
    [Formula("planted.breaks_scaling", TeX = "y")]
    public static T BreaksScaling<T>([Domain("x", "(0, inf)")] T x)
        where T : IReal<T> => T.Rewritten(x / T.Of(10), T.IfLess(x, T.Of(1), x * (T.Of(1) / T.Of(10)), x / T.Of(10)));

    [Formula("planted.breaks_scaling_by_digits", TeX = "y")]
    public static T BreaksScalingByDigits<T>([Domain("x", "(0, inf)")] T x)
        where T : IReal<T> => T.Rewritten(x / T.Of(10), T.IfLess(x, T.Of(1), x * T.Of(0.10001), x / T.Of(10)));

    [Formula("planted.breaks_sign", TeX = "y")]
    public static T BreaksSign<T>([Domain("x", "(-inf, inf)")] T x)
        where T : IReal<T> => T.Rewritten(x / T.Of(10), T.IfLess(x, T.Of(0), x * (T.Of(1) / T.Of(10)), x / T.Of(10)));

    [Formula("planted.breaks_shift", TeX = "y")]
    public static T BreaksShift<T>([Domain("x", "(-inf, inf)")] T x, [Domain("m", "(-inf, inf)")] T m)
        where T : IReal<T> => T.Rewritten(T.Exp(x - m), T.Exp(x) / T.Exp(m));

    [Formula("planted.breaks_order", TeX = "y")]
    public static T BreaksOrder<T>([Domain("x", "(-inf, inf)")] ReadOnlySpan<T> x)
        where T : IReal<T>
    {
        T sum = T.Of(0);
        foreach (T element in x)
            sum += element / T.Of(3);
        return sum;
    }

    private static double FiveBits(double y) => y == 0 || !double.IsFinite(y) ? y : Math.ScaleB(Math.Round(Math.ScaleB(y, 4 - Math.ILogB(y))), Math.ILogB(y) - 4);

    private static T As<T>(object value) => (T)value;
}
