using TrainingSpec.Numbers;

namespace TrainingSpec.Conformance.Proofs;

/// <summary>An interval that remembers whether a branch was left open while it was computed: only without one is a formula smooth over the whole box.</summary>
/// <remarks>Min, Max and Abs are continuous, and their derivatives over intervals are hulls, so they leave nothing open.</remarks>
/// <param name="Enclosure">The interval.</param>
/// <param name="Open">True where a comparison, a floor or a power of two depends on the point of the box.</param>
internal readonly record struct BranchingInterval(Interval Enclosure, bool Open) : IReal<BranchingInterval>
{
    public static BranchingInterval Pi => new(Interval.Pi, false);

    public static BranchingInterval operator +(BranchingInterval x, BranchingInterval y) => new(x.Enclosure + y.Enclosure, x.Open || y.Open);

    public static BranchingInterval operator -(BranchingInterval x, BranchingInterval y) => new(x.Enclosure - y.Enclosure, x.Open || y.Open);

    public static BranchingInterval operator *(BranchingInterval x, BranchingInterval y) => new(x.Enclosure * y.Enclosure, x.Open || y.Open);

    public static BranchingInterval operator /(BranchingInterval x, BranchingInterval y) => new(x.Enclosure / y.Enclosure, x.Open || y.Open);

    public static BranchingInterval operator -(BranchingInterval x) => new(-x.Enclosure, x.Open);

    public static BranchingInterval Of(double value) => new(Interval.Of(value), false);

    public static BranchingInterval Sqrt(BranchingInterval x) => new(Interval.Sqrt(x.Enclosure), x.Open);

    public static BranchingInterval Exp(BranchingInterval x) => new(Interval.Exp(x.Enclosure), x.Open);

    public static BranchingInterval Expm1(BranchingInterval x) => new(Interval.Expm1(x.Enclosure), x.Open);

    public static BranchingInterval Log(BranchingInterval x) => new(Interval.Log(x.Enclosure), x.Open);

    public static BranchingInterval Log1p(BranchingInterval x) => new(Interval.Log1p(x.Enclosure), x.Open);

    public static BranchingInterval Sin(BranchingInterval x) => new(Interval.Sin(x.Enclosure), x.Open);

    public static BranchingInterval Cos(BranchingInterval x) => new(Interval.Cos(x.Enclosure), x.Open);

    public static BranchingInterval Tanh(BranchingInterval x) => new(Interval.Tanh(x.Enclosure), x.Open);

    public static BranchingInterval Erf(BranchingInterval x) => new(Interval.Erf(x.Enclosure), x.Open);

    public static BranchingInterval Erfc(BranchingInterval x) => new(Interval.Erfc(x.Enclosure), x.Open);

    public static BranchingInterval Pow(BranchingInterval x, BranchingInterval y) => new(Interval.Pow(x.Enclosure, y.Enclosure), x.Open || y.Open);

    public static BranchingInterval Power(BranchingInterval x, BranchingInterval n) => new(Interval.Power(x.Enclosure, n.Enclosure), x.Open || n.Open);

    public static BranchingInterval Abs(BranchingInterval x) => new(Interval.Abs(x.Enclosure), x.Open);

    public static BranchingInterval Min(BranchingInterval x, BranchingInterval y) => new(Interval.Min(x.Enclosure, y.Enclosure), x.Open || y.Open);

    public static BranchingInterval Max(BranchingInterval x, BranchingInterval y) => new(Interval.Max(x.Enclosure, y.Enclosure), x.Open || y.Open);

    public static BranchingInterval Floor(BranchingInterval x)
    {
        Interval floor = Interval.Floor(x.Enclosure);
        return new(floor, x.Open || floor.Low < floor.High);
    }

    public static BranchingInterval Fma(BranchingInterval x, BranchingInterval y, BranchingInterval z) =>
        new(Interval.Fma(x.Enclosure, y.Enclosure, z.Enclosure), x.Open || y.Open || z.Open);

    public static BranchingInterval BinaryScale(BranchingInterval x)
    {
        Interval scale = Interval.BinaryScale(x.Enclosure);
        return new(scale, x.Open || scale.Low < scale.High);
    }

    public static BranchingInterval IfLess(BranchingInterval x, BranchingInterval y, BranchingInterval then, BranchingInterval otherwise)
    {
        bool yes = x.Enclosure.High < y.Enclosure.Low, no = x.Enclosure.Low >= y.Enclosure.High;
        return Chosen(Interval.IfLess(x.Enclosure, y.Enclosure, then.Enclosure, otherwise.Enclosure), x, y, yes, no, then, otherwise);
    }

    public static BranchingInterval IfEqual(BranchingInterval x, BranchingInterval y, BranchingInterval then, BranchingInterval otherwise)
    {
        bool no = x.Enclosure.High < y.Enclosure.Low || y.Enclosure.High < x.Enclosure.Low;
        bool yes = x.Enclosure.Low == x.Enclosure.High && x.Enclosure == y.Enclosure;
        return Chosen(Interval.IfEqual(x.Enclosure, y.Enclosure, then.Enclosure, otherwise.Enclosure), x, y, yes, no, then, otherwise);
    }

    public static bool AllLess(BranchingInterval x, BranchingInterval y) => Interval.AllLess(x.Enclosure, y.Enclosure);

    public static bool AllEqual(BranchingInterval x, BranchingInterval y) => Interval.AllEqual(x.Enclosure, y.Enclosure);

    private static BranchingInterval Chosen(
        Interval value, BranchingInterval x, BranchingInterval y, bool yes, bool no, BranchingInterval then, BranchingInterval otherwise) =>
        new(value, x.Open || y.Open || (yes ? then.Open : no ? otherwise.Open : true));

    public static BranchingInterval Product(BranchingInterval x, BranchingInterval y, BranchingInterval z) =>
        new(Interval.Product(x.Enclosure, y.Enclosure, z.Enclosure), x.Open || y.Open || z.Open);

    public static BranchingInterval Proportion(BranchingInterval x, BranchingInterval y, BranchingInterval z) =>
        new(Interval.Proportion(x.Enclosure, y.Enclosure, z.Enclosure), x.Open || y.Open || z.Open);

    public static bool States => true;

    // One form that is smooth over the box is enough, since both are the same function.
    public static BranchingInterval Rewritten(BranchingInterval stated, BranchingInterval computed) =>
        new(Interval.Rewritten(stated.Enclosure, computed.Enclosure), stated.Open && computed.Open);
}
