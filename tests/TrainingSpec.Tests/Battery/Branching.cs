using TrainingSpec.Numbers;

namespace TrainingSpec.Tests.Battery;

/// <summary>A double that notes which way each comparison went: between two points with the same notes a formula has no kink.</summary>
internal readonly record struct Branching(double Value) : IReal<Branching>
{
    [ThreadStatic]
    private static List<double>? s_notes;

    /// <summary>The notes of one evaluation.</summary>
    public static double[] Notes(Action evaluate)
    {
        s_notes = [];
        evaluate();
        double[] notes = [.. s_notes];
        s_notes = null;
        return notes;
    }

    public static Branching Pi => new(Math.PI);

    public static Branching Of(double value) => new(value);

    public static Branching operator +(Branching x, Branching y) => new(x.Value + y.Value);

    public static Branching operator -(Branching x, Branching y) => new(x.Value - y.Value);

    public static Branching operator *(Branching x, Branching y) => new(x.Value * y.Value);

    public static Branching operator /(Branching x, Branching y) => new(x.Value / y.Value);

    public static Branching operator -(Branching x) => new(-x.Value);

    public static Branching Sqrt(Branching x) => new(Math.Sqrt(x.Value));

    public static Branching Exp(Branching x) => new(Math.Exp(x.Value));

    public static Branching Expm1(Branching x) => new(Real64.Expm1(x.Value));

    public static Branching Log(Branching x) => new(Math.Log(x.Value));

    public static Branching Log1p(Branching x) => new(Real64.Log1p(x.Value));

    public static Branching Cos(Branching x) => new(Math.Cos(x.Value));

    public static Branching Sin(Branching x) => new(Math.Sin(x.Value));

    public static Branching Tanh(Branching x) => new(Math.Tanh(x.Value));

    public static Branching Erf(Branching x) => new(Real64.Erf(x.Value));

    public static Branching Erfc(Branching x) => new(Real64.Erfc(x.Value));

    public static Branching Pow(Branching x, Branching y) => new(Math.Pow(x.Value, y.Value));

    public static Branching Power(Branching x, Branching n) => new(Math.Pow(x.Value, n.Value));

    public static Branching Abs(Branching x) => new(Note(Math.Sign(x.Value), Math.Abs(x.Value)));

    public static Branching Min(Branching x, Branching y) => new(Note(x.Value.CompareTo(y.Value), Math.Min(x.Value, y.Value)));

    public static Branching Max(Branching x, Branching y) => new(Note(x.Value.CompareTo(y.Value), Math.Max(x.Value, y.Value)));

    public static Branching Floor(Branching x) => new(Note(Math.Floor(x.Value), Math.Floor(x.Value)));

    public static Branching Fma(Branching x, Branching y, Branching z) => new(Math.FusedMultiplyAdd(x.Value, y.Value, z.Value));

    public static Branching BinaryScale(Branching x)
    {
        double scale = Real64.BinaryScale(x.Value);
        return new(Note(scale, scale));
    }

    public static Branching IfLess(Branching x, Branching y, Branching then, Branching otherwise) =>
        new(Note(x.Value.CompareTo(y.Value), x.Value < y.Value ? then.Value : otherwise.Value));

    public static Branching IfEqual(Branching x, Branching y, Branching then, Branching otherwise) =>
        new(Note(x.Value == y.Value ? 1 : 0, x.Value == y.Value ? then.Value : otherwise.Value));

    private static double Note(double note, double value)
    {
        s_notes?.Add(note);
        return value;
    }
}
