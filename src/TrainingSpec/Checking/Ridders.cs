namespace TrainingSpec.Checking;

/// <summary>Derivatives by central differences, extrapolated to step zero, with an error bar of their own.</summary>
/// <remarks>
/// A central difference with step h has truncation error c₂h² + c₄h⁴ + … and rounding error about u·|f|/h. The step shrinks by 1.4 per row and Neville's
/// scheme cancels the powers of h². Source: Ridders, "Accurate computation of F'(x) and F'(x)F''(x)", Adv. Eng. Software 4 (1982).
/// </remarks>
public static class Ridders
{
    private const double Unit = 1.0 / (1L << 53);
    private const double Shrink = 1.4;
    private const int Rows = 14;

    /// <summary>A derivative and how far from it the true one may lie.</summary>
    /// <param name="Value">f'(x).</param>
    /// <param name="Error">The error bar: the larger disagreement of the extrapolation with its two predecessors, plus the rounding that f itself brings in.</param>
    public readonly record struct Estimate(double Value, double Error);

    /// <summary>f'(x) with the first step derived from x.</summary>
    /// <remarks>
    /// The single central difference is best near h = ∛u·scale, where truncation h² and rounding u/h are equal. Extrapolation removes truncation, so it starts with a
    /// larger step, ∛u scaled up by Shrink^(Rows − 1)/4, and the tableau walks down through the balance point.
    /// </remarks>
    /// <param name="f">The function; smooth within the first step around x.</param>
    /// <param name="x">Where; finite.</param>
    /// <param name="scale">Over which length f changes noticeably; by default max(|x|, 1).</param>
    /// <param name="noise">A bound on the absolute error of f's values beyond a few units of rounding; running f over <see cref="Numbers.Bounded{T}"/> derives it.</param>
    /// <exception cref="ArgumentOutOfRangeException">x is not finite or scale is not positive and finite, or noise is negative.</exception>
    public static Estimate Derivative(Func<double, double> f, double x, double? scale = null, double noise = 0)
    {
        ArgumentNullException.ThrowIfNull(f);
        if (!double.IsFinite(x))
            throw new ArgumentOutOfRangeException(nameof(x), x, "x must be finite.");
        double length = scale ?? Math.Max(Math.Abs(x), 1);
        if (!(length > 0) || !double.IsFinite(length))
            throw new ArgumentOutOfRangeException(nameof(scale), length, "scale must lie in (0, inf).");
        return DerivativeFrom(f, x, length * Math.Cbrt(Unit) * Math.Pow(Shrink, Rows - 1) * 16, noise);
    }

    /// <summary>f'(x) starting with the given step.</summary>
    /// <param name="f">The function; smooth within the step around x.</param>
    /// <param name="x">Where; finite.</param>
    /// <param name="step">The first and largest step, in (0, ∞).</param>
    /// <param name="noise">A bound on the absolute error of f's values beyond a few units of rounding; running f over <see cref="Numbers.Bounded{T}"/> derives it.</param>
    /// <param name="representable">Rounds a point to what f really sees, such as a float; by default a point is taken as it is.</param>
    /// <exception cref="ArgumentOutOfRangeException">x is not finite or step is not positive and finite, or noise is negative.</exception>
    public static Estimate DerivativeFrom(Func<double, double> f, double x, double step, double noise = 0, Func<double, double>? representable = null)
    {
        ArgumentNullException.ThrowIfNull(f);
        if (!double.IsFinite(x))
            throw new ArgumentOutOfRangeException(nameof(x), x, "x must be finite.");
        if (!(step > 0) || !double.IsFinite(step))
            throw new ArgumentOutOfRangeException(nameof(step), step, "step must lie in (0, inf).");
        if (!(noise >= 0))
            throw new ArgumentOutOfRangeException(nameof(noise), noise, "noise must lie in [0, inf).");
        var previous = new double[Rows];
        var current = new double[Rows];
        var best = new Estimate(double.NaN, double.PositiveInfinity);
        for (int row = 0; row < Rows; row++, step /= Shrink)
        {
            // The step that is really taken, after x ± h have been rounded.
            double above = Rounded(x + step, representable), below = Rounded(x - step, representable);
            if (!(above > below))
                break;
            double high = f(above), low = f(below);
            current[0] = (high - low) / (above - below);
            double rounding = (2 * noise + 4 * Unit * (Math.Abs(high) + Math.Abs(low))) / (above - below) + 4 * Unit * Math.Abs(current[0]);
            double factor = 1;
            for (int column = 1; column <= row; column++)
            {
                factor *= Shrink * Shrink;
                current[column] = (current[column - 1] * factor - previous[column - 1]) / (factor - 1);
                // Each extrapolation also amplifies rounding, by (factor + 1)/(factor − 1).
                rounding *= (factor + 1) / (factor - 1);
                double error = Math.Max(
                    Math.Abs(current[column] - current[column - 1]),
                    Math.Abs(current[column] - previous[column - 1]));
                // Truncation, which the disagreement estimates, and rounding add up.
                error += rounding;
                if (error < best.Error)
                    best = new Estimate(current[column], error);
            }
            (previous, current) = (current, previous);
        }
        return best;
    }

    private static double Rounded(double point, Func<double, double>? representable) => representable is null ? point : representable(point);
}
