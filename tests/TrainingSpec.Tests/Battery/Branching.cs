using TrainingSpec.Numbers;

namespace TrainingSpec.Tests.Battery;

/// <summary>A double with a sum of notes on which way each comparison behind it went: between two points with the same notes a formula has no kink.</summary>
/// <remarks>Of a value that is stated and computed in two ways the stated one counts: the other may choose between forms where the function has no kink.</remarks>
internal readonly record struct Branching(double Value, ulong Notes) : IReal<Branching>
{
    public static Branching Pi => Of(Math.PI);

    public static bool States => true;

    public static Branching Of(double value) => new(value, 0);

    public static Branching operator +(Branching x, Branching y) => new(x.Value + y.Value, x.Notes + y.Notes);

    public static Branching operator -(Branching x, Branching y) => new(x.Value - y.Value, x.Notes + y.Notes);

    public static Branching operator *(Branching x, Branching y) => new(x.Value * y.Value, x.Notes + y.Notes);

    public static Branching operator /(Branching x, Branching y) => new(x.Value / y.Value, x.Notes + y.Notes);

    public static Branching operator -(Branching x) => x with { Value = -x.Value };

    public static Branching Sqrt(Branching x) => x with { Value = Math.Sqrt(x.Value) };

    public static Branching Exp(Branching x) => x with { Value = Math.Exp(x.Value) };

    public static Branching Expm1(Branching x) => x with { Value = Real64.Expm1(x.Value) };

    public static Branching Log(Branching x) => x with { Value = Math.Log(x.Value) };

    public static Branching Log1p(Branching x) => x with { Value = Real64.Log1p(x.Value) };

    public static Branching Cos(Branching x) => x with { Value = Math.Cos(x.Value) };

    public static Branching Sin(Branching x) => x with { Value = Math.Sin(x.Value) };

    public static Branching Tanh(Branching x) => x with { Value = Math.Tanh(x.Value) };

    public static Branching Erf(Branching x) => x with { Value = Real64.Erf(x.Value) };

    public static Branching Erfc(Branching x) => x with { Value = Real64.Erfc(x.Value) };

    public static Branching Pow(Branching x, Branching y) => new(Math.Pow(x.Value, y.Value), x.Notes + y.Notes);

    public static Branching Power(Branching x, Branching n) => Pow(x, n);

    public static Branching Abs(Branching x) => Noted(Math.Sign(x.Value), Math.Abs(x.Value), x.Notes);

    public static Branching Min(Branching x, Branching y) => Noted(x.Value.CompareTo(y.Value), Math.Min(x.Value, y.Value), x.Notes + y.Notes);

    public static Branching Max(Branching x, Branching y) => Noted(x.Value.CompareTo(y.Value), Math.Max(x.Value, y.Value), x.Notes + y.Notes);

    public static Branching Floor(Branching x) => Noted(Math.Floor(x.Value), Math.Floor(x.Value), x.Notes);

    public static Branching Fma(Branching x, Branching y, Branching z) => new(Math.FusedMultiplyAdd(x.Value, y.Value, z.Value), x.Notes + y.Notes + z.Notes);

    public static Branching Product(Branching x, Branching y, Branching z) => x * y * z;

    public static Branching Proportion(Branching x, Branching y, Branching z) => x * y / z;

    public static Branching Rewritten(Branching stated, Branching computed) => stated;

    public static Branching BinaryScale(Branching x) => Noted(Real64.BinaryScale(x.Value).Value, Real64.BinaryScale(x.Value).Value, x.Notes);

    public static Branching IfLess(Branching x, Branching y, Branching then, Branching otherwise) =>
        Noted(x.Value.CompareTo(y.Value), x.Value < y.Value ? then.Value : otherwise.Value, x.Notes + y.Notes + then.Notes + otherwise.Notes);

    public static Branching IfEqual(Branching x, Branching y, Branching then, Branching otherwise) =>
        Noted(x.Value == y.Value ? 1 : 0, x.Value == y.Value ? then.Value : otherwise.Value, x.Notes + y.Notes + then.Notes + otherwise.Notes);

    public static bool AllLess(Branching x, Branching y) => x.Value < y.Value;

    public static bool AllEqual(Branching x, Branching y) => x.Value == y.Value;

    // Mixed with what was noted before, so that two notes of one comparison don't stand for two others.
    private static Branching Noted(double note, double value, ulong before)
    {
        ulong mixed = (BitConverter.DoubleToUInt64Bits(note) ^ (before * 0x9E3779B97F4A7C15)) * 0xBF58476D1CE4E5B9;
        return new(value, before + (mixed ^ (mixed >> 29)));
    }
}
