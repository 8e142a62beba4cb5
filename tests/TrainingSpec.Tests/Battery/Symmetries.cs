using System.Numerics;
using TrainingSpec.Formulas;
using TrainingSpec.Numbers;

namespace TrainingSpec.Tests.Battery;

/// <summary>A linear form in what is unknown of at most eight arguments.</summary>
internal readonly record struct Linear(double[] Coefficients)
{
    public const int Size = 8;

    public static Linear Zero { get; } = Of(new double[Size]);

    public static Linear Of(double[] coefficients) => new(coefficients);

    public static Linear Unit(int i) => Of([.. Enumerable.Range(0, Size).Select(j => i == j ? 1.0 : 0)]);

    public static Linear operator +(Linear a, Linear b) => Of([.. a.Coefficients.Zip(b.Coefficients, (x, y) => x + y)]);

    public static Linear operator -(Linear a, Linear b) => a + b * -1;

    public static Linear operator *(Linear a, double factor) => Of(Array.ConvertAll(a.Coefficients, x => x * factor));

    public double At(double[] unknowns) => Coefficients.Zip(unknowns, (c, u) => c * u).Sum();
}

/// <summary>What must hold of the unknown changes, collected while a formula is traced.</summary>
internal sealed class Tracing
{
    [ThreadStatic]
    private static Tracing? _now;

    public static Tracing Now => _now ?? throw new InvalidOperationException("nothing is traced");

    /// <summary>Forms in the exponents of factors that must be 0.</summary>
    public List<Linear> Degrees { get; } = [];

    /// <summary>Forms in the numbers added that must be 0.</summary>
    public List<Linear> Shifts { get; } = [];

    /// <summary>Sets of arguments of which an even number must change sign.</summary>
    public List<ulong> Signs { get; } = [];

    /// <summary>True where two values that are no constants are added.</summary>
    public bool Adds { get; set; }

    /// <summary>Traces a formula as it is stated; of a row, the first of three elements.</summary>
    public static (Tracing Found, Traced Result) Of(Formula formula)
    {
        _now = new Tracing();
        Symbol stated = Stated(formula.RightHandSide());
        return (_now, stated.Evaluate<Traced>(formula.ArgumentNames().Select((name, i) => (name, i)).ToDictionary(p => p.name, p => Traced.Argument(formula.Shape == FormulaShape.Scalar ? p.i : 0))));
    }

    // What is computed may ask whether a number is small or large, which no factor allows; it has to keep what is stated all the same.
    private static Symbol Stated(Symbol symbol) => symbol switch
    {
        OperationSymbol { Stated: { } stated } => Stated(stated),
        OperationSymbol operation => operation.With(Stated),
        _ => symbol,
    };
}

/// <summary>The changes of its arguments that a formula answers with a known change of its value.</summary>
/// <param name="Scalings">Whole exponents of a factor for each argument, and that of the result.</param>
/// <param name="Shifts">What is added to each argument, as multiples of one number, so that the result stays the same.</param>
/// <param name="Flips">The arguments whose sign may change together, and whether that of the result does.</param>
/// <param name="Adds">True where the formula adds values of its arguments.</param>
internal sealed record Symmetries(IReadOnlyList<(double[] Degrees, double Result)> Scalings, IReadOnlyList<double[]> Shifts, IReadOnlyList<(ulong Arguments, bool Result)> Flips, bool Adds)
{
    public static Symmetries Of(Formula formula)
    {
        (Tracing found, Traced result) = Tracing.Of(formula);
        int count = formula.Shape == FormulaShape.Scalar ? formula.Parameters.Count : 1;
        return new Symmetries(
            [.. Nullspace(found.Degrees, count).Select(d => (d, result.Degree.At(d)))],
            [.. Nullspace([.. found.Shifts, result.Shift], count)],
            [.. Enumerable.Range(1, (1 << count) - 1).Select(e => (ulong)e).Where(e => found.Signs.TrueForAll(s => BitOperations.PopCount(s & e) % 2 == 0)).Select(e => (e, BitOperations.PopCount(result.Sign & e) % 2 == 1))],
            found.Adds);
    }

    // A basis of whole numbers of what makes every form 0, by elimination.
    private static IEnumerable<double[]> Nullspace(IEnumerable<Linear> forms, int count)
    {
        List<double[]> rows = [];
        List<int> pivots = [];
        foreach (Linear form in forms)
        {
            double[] row = form.Coefficients[..count];
            for (int i = 0; i < rows.Count; i++)
                Subtract(row, rows[i], row[pivots[i]]);
            int pivot = Array.FindIndex(row, x => Math.Abs(x) > 1e-9);
            if (pivot < 0)
                continue;
            row = Array.ConvertAll(row, x => x / row[pivot]);
            for (int i = 0; i < rows.Count; i++)
                Subtract(rows[i], row, rows[i][pivot]);
            rows.Add(row);
            pivots.Add(pivot);
        }

        foreach (int free in Enumerable.Range(0, count).Except(pivots))
        {
            double[] solution = new double[Linear.Size];
            solution[free] = 1;
            for (int i = 0; i < rows.Count; i++)
                solution[pivots[i]] = -rows[i][free];

            // Coefficients of four decimals have no whole multiples that a number could be shifted by exactly.
            double whole = Enumerable.Range(1, 24).FirstOrDefault(m => Array.TrueForAll(solution, x => Math.Abs(m * x - Math.Round(m * x)) < 1e-6));
            if (whole > 0)
                yield return Array.ConvertAll(solution, x => Math.Round(whole * x));
        }
    }

    private static void Subtract(double[] row, double[] other, double factor)
    {
        for (int i = 0; i < row.Length; i++)
            row[i] -= factor * other[i];
    }
}
