using System.Globalization;
using TrainingSpec.Numbers;

namespace TrainingSpec.Checking;

/// <summary>Derivatives by central differences, extrapolated to step zero, with an error bar of their own.</summary>
/// <remarks>
/// A central difference with step h has truncation error c₂h² + c₄h⁴ + … and rounding error about u·|f|/h. The step shrinks by 1.4 per row and Neville's
/// scheme cancels the powers of h². Source: Ridders, "Accurate computation of F'(x) and F'(x)F''(x)", Adv. Eng. Software 4 (1982).
/// Beside a kink the difference settles on a wrong slope and the scheme's bar shrinks all the same, so the slopes to the right and to the left are looked at, too: those of a smooth f are
/// c₁h + c₃h³ + … apart; what stays when the term in h is extrapolated away, and does not fall like h³, is a jump of the slope, and is taken into the bar.
/// </remarks>
public static class Ridders
{
    private const double Unit = 1.0 / (1L << 53);
    private const double Shrink = 1.4;
    private const int Rows = 14;

    // Three rows apart the term in h³ falls by 20; that it falls by more than a fifth of that is asked of a smooth f.
    private const int RowsApart = 3;
    private const double LargestChange = 4;

    /// <summary>A derivative and how far from it the true one may lie.</summary>
    /// <param name="Value">f'(x).</param>
    /// <param name="Error">The error bar: the larger disagreement of the extrapolation with its two predecessors, plus the rounding that f itself brings in, and the jump of the slope where a kink lies within the steps.</param>
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
            throw Domain.Outside("(-inf, inf)", x.ToString("R", CultureInfo.InvariantCulture), nameof(x));
        double length = scale ?? Math.Max(Math.Abs(x), 1);
        if (!(length > 0) || !double.IsFinite(length))
            throw Domain.Outside("(0, inf)", length.ToString("R", CultureInfo.InvariantCulture), nameof(scale));
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
            throw Domain.Outside("(-inf, inf)", x.ToString("R", CultureInfo.InvariantCulture), nameof(x));
        if (!(step > 0) || !double.IsFinite(step))
            throw Domain.Outside("(0, inf)", step.ToString("R", CultureInfo.InvariantCulture), nameof(step));
        if (!(noise >= 0))
            throw Domain.Outside("[0, inf)", noise.ToString("R", CultureInfo.InvariantCulture), nameof(noise));
        var previous = new double[Rows];
        var current = new double[Rows];
        var found = new List<(Estimate Estimate, int Longest)>();
        var kink = new Kink(f(x));
        for (int row = 0; row < Rows; row++, step /= Shrink)
        {
            // The step that is really taken, after x ± h have been rounded.
            double above = Rounded(x + step, representable), below = Rounded(x - step, representable);
            if (!(above > below))
                break;
            double high = f(above), low = f(below);
            current[0] = (high - low) / (above - below);
            double rounding = (2 * noise + 4 * Unit * (Math.Abs(high) + Math.Abs(low))) / (above - below) + 4 * Unit * Math.Abs(current[0]);
            kink.Look(row, (x, above, below), (high, low), noise);
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
                found.Add((new Estimate(current[column], error + rounding), row - column));
            }
            (previous, current) = (current, previous);
        }

        var best = new Estimate(double.NaN, double.PositiveInfinity);
        foreach ((Estimate estimate, int longest) in found)
        {
            double error = estimate.Error + (longest <= kink.LastRow ? kink.Jump : 0);
            if (error < best.Error)
                best = estimate with { Error = error };
        }

        return best;
    }

    private static double Rounded(double point, Func<double, double>? representable) => representable is null ? point : representable(point);

    /// <summary>Whether a kink lies within the steps, from the slopes on either side.</summary>
    private sealed class Kink(double middle)
    {
        private readonly double[] _cubic = new double[Rows];
        private double _apart;
        private double _blur;
        private double _largest;

        /// <summary>The last row whose step reaches the kink; −1 where there is none. All rows before it reach it, too.</summary>
        public int LastRow { get; private set; } = -1;

        /// <summary>A bound on the jump of the slope; the central difference is off by half of it at most.</summary>
        public double Jump { get; private set; }

        public void Look(int row, (double X, double Above, double Below) at, (double High, double Low) f, double noise)
        {
            double right = at.Above - at.X, left = at.X - at.Below, width = (right + left) / 2;
            double apart = (f.High - middle) / right - (middle - f.Low) / left;
            double blur = (2 * noise + 4 * Unit * Math.Max(Math.Abs(middle), Math.Max(Math.Abs(f.High), Math.Abs(f.Low)))) * (1 / right + 1 / left);
            if (row > 0)
            {
                double rest = Math.Abs(Shrink * apart - _apart) / (Shrink - 1), rounding = (Shrink * blur + _blur) / (Shrink - 1);
                _cubic[row] = Math.Max(_cubic[row - 1], (rest + rounding) / (width * width * width));
                _largest = Math.Max(_largest, rest + rounding);
                if (row > RowsApart && rest - rounding > LargestChange * _cubic[row - RowsApart] * width * width * width)
                    (LastRow, Jump) = (row, _largest);
            }

            (_apart, _blur) = (apart, blur);
        }
    }
}
