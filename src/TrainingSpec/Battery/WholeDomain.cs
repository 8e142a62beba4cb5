using System.Globalization;
using TrainingSpec.Checking;
using TrainingSpec.Formulas;
using TrainingSpec.Numbers;

namespace TrainingSpec.Battery;

/// <summary>What the check of a formula over its whole domain found.</summary>
/// <param name="Cases">Lists of arguments tried.</param>
/// <param name="Values">Values compared: those that exist.</param>
/// <param name="Decided">Values of which something was asked: where 0, or of a value that is 0 the largest number, would have been off by more than the bound.</param>
/// <param name="Bound">The most units in the last place that a value may be off by.</param>
/// <param name="Worst">The most that one was.</param>
/// <param name="Failures">How many were off by more.</param>
/// <param name="First">The first of these, in words, or null.</param>
public sealed record WholeDomainResult(int Cases, long Values, long Decided, int Bound, double Worst, int Failures, string? First)
{
    /// <summary>True where something was asked of values and none was off by more than the bound.</summary>
    public bool Passed => Decided > 0 && Failures == 0;

    /// <inheritdoc/>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture, $"{Values} values of {Cases} cases, {Decided} decided, worst {Worst:0.0} of {Bound} units in the last place{(Failures == 0 ? "" : $", {Failures} beyond")}{(First is null ? "" : "; " + First)}");
}

/// <summary>A formula in one format against the exact value, over the whole of its domain.</summary>
/// <remarks>
/// The exact value comes of the same formula, as it is stated, over <see cref="BigReal"/>, which neither overflows nor cancels. A value may be off by one unit in the last place for each rounding between
/// arguments and result (<see cref="Roundings"/>), and by no more than <see cref="Most"/>; units are those of the exact value, or of what the formula's stated exception names.
/// A value past the largest number counts as half a unit past it. Beside arguments that are compared whatever they give, many more are searched for values that overflow or vanish; digits lost in a few binades that end in neither may be missed.
/// </remarks>
public static class WholeDomain
{
    /// <summary>The most units in the last place that are allowed however many roundings there are.</summary>
    public const int Most = 16;

    // Lists of arguments that are searched for a suspect, for each that is compared whatever it gives: a square overflows before it is made small in a few binades of hundreds.
    private const int Swept = 10;

    /// <summary>Compares a formula over one format.</summary>
    /// <typeparam name="T">The format.</typeparam>
    /// <param name="formula">The formula.</param>
    /// <param name="count">How many lists of arguments.</param>
    public static WholeDomainResult Check<T>(Formula formula, int count)
        where T : IBinaryFormat<T>
    {
        ArgumentNullException.ThrowIfNull(formula);
        int cases = 0, failures = 0, bound = 0;
        long values = 0, decided = 0;
        double worst = 0;
        string? first = null;
        foreach (double[] args in DomainArguments.Of<T>(formula, count).Concat(DomainArguments.Of<T>(formula, Swept * count, draw: 1).Where(args => IsSuspect<T>(formula, args)).Take(count)))
        {
            cases++;
            T[] computed = formula.EvaluateAny<T>(Array.ConvertAll(args, a => T.Of(a)));
            BigReal[] exact = BigReal.Settled(() => Exact<T>(formula, args), FormatRange<T>.LeastExponent - 100);
            int[] bounds = Bounds(formula, args.Length);
            for (int i = 0; i < computed.Length; i++)
            {
                // Where there is no value, 0/0 say, there is nothing to be right about.
                if (BigReal.IsNaN(exact[i]))
                    continue;
                values++;
                bound = Math.Max(bound, bounds[i]);
                decided += FormatRange<T>.Error(exact[i].Sign == 0 ? FormatRange<T>.Largest : 0, exact[i], exact[^1]) > bounds[i] ? 1 : 0;
                double error = FormatRange<T>.Error(T.ToDouble(computed[i]), exact[i], exact[^1]);
                worst = Math.Max(worst, error);
                if (error <= bounds[i])
                    continue;
                failures++;
                first ??= string.Create(CultureInfo.InvariantCulture, $"{formula.Id} over {typeof(T).Name} gives {T.ToDouble(computed[i]):R}, exact {exact[i]}, {error:0.0} units of {(exact[^1].Sign == 0 ? "it" : exact[^1].ToString())}, bound {bounds[i]}, element {i} at ({string.Join(", ", args.Select(a => a.ToString("R", CultureInfo.InvariantCulture)))})");
            }
        }

        return new WholeDomainResult(cases, values, decided, bound, worst, failures, first);
    }

    // A value that overflows or vanishes where double precision holds one of the format's; of double precision itself, any that does.
    private static bool IsSuspect<T>(Formula formula, double[] args)
        where T : IBinaryFormat<T>
    {
        T[] computed = formula.EvaluateAny<T>(Array.ConvertAll(args, a => T.Of(a)));
        Real64[] wide = formula.EvaluateAny<Real64>(Array.ConvertAll(args, a => new Real64(a)));
        bool widest = FormatRange<T>.Largest == double.MaxValue;
        for (int i = 0; i < computed.Length; i++)
        {
            double value = T.ToDouble(computed[i]), beside = Math.Abs(wide[i].Value);
            if (value == 0 ? widest || beside >= Math.ScaleB(1, FormatRange<T>.NormalExponent) : !double.IsFinite(value) && (widest || beside <= FormatRange<T>.Largest))
                return true;
        }

        return false;
    }

    // The exact values, and behind them the magnitude that the formula's exception names; 0 for none.
    private static BigReal[] Exact<T>(Formula formula, double[] args)
        where T : IBinaryFormat<T>
    {
        BigReal[] inputs = Array.ConvertAll(args, BigReal.Of);
        BigReal unit = formula.Exception?.Unit<BigReal, T>(inputs) ?? BigReal.Zero;
        return [.. formula.EvaluateAny<BigReal>(inputs), BigReal.IsNaN(unit) ? BigReal.Zero : unit];
    }

    private static int[] Bounds(Formula formula, int length) =>
        Array.ConvertAll(formula.EvaluateAny<Roundings>(new Roundings[length]), r => Math.Clamp(r.Count, 1, Most));
}
