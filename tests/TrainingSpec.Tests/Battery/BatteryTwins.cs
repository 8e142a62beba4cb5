using TrainingSpec.Battery;
using TrainingSpec.Checking;
using TrainingSpec.Formulas;
using TrainingSpec.Numbers;

namespace TrainingSpec.Tests.Battery;

/// <summary>Exact metamorphic twins: a formula of changed arguments gives the same bits with the same change, for every change that the formula as it is stated allows (<see cref="Symmetries"/>).</summary>
/// <remarks>A power of two is no rounding, nor is a sign; what is added is a whole number beside whole numbers. Compared is where nothing on the way leaves the normal numbers.</remarks>
internal static class BatteryTwins
{
    private const int RowLength = 64, Attempts = 40;
    private const double Fine = 0.0625;

    /// <summary>Arguments times powers of two.</summary>
    public static BatteryResult Scaled<T>(Formula formula, int count = 60)
        where T : IBinaryFormat<T> => Scaled<T>(formula, count, (result, args, twin, k) => result.Compare<T>(args, twin, y => Math.ScaleB(y, k)));

    /// <summary>Arguments times powers of two where the result takes its factor with a rounding: right within the sum of the running error bounds at both.</summary>
    public static BatteryResult ScaledWithinBounds<T>(Formula formula, int count = 60)
        where T : IBinaryFormat<T> => Scaled<T>(formula, count, (result, args, twin, k) => result.CompareWithinBounds<T>(args, twin, k));

    private static BatteryResult Scaled<T>(Formula formula, int count, Action<Twins, double[], double[], int> compare)
        where T : IBinaryFormat<T>
    {
        var result = new Twins(formula);
        var random = new SplitMix(SplitMix.SeedOf(formula.Id));
        foreach (double[] args in Draws<T>(formula, count))
        {
            foreach ((double[] degrees, double ofResult) in Symmetries.Of(formula).Scalings)
            {
                // Multiples of 4, so that roots of roots are of whole powers.
                foreach (int k in new[] { 4, -4, 4 * (1 + random.Below(FormatRange<T>.LargestExponent / 16)) * (int)random.Sign() })
                {
                    double[] twin = [.. args.Select((a, i) => Math.ScaleB(a, k * (int)degrees[Place(formula, i)]))];
                    if (Legal<T>(formula, twin) && Normal<T>(formula, args) && Normal<T>(formula, twin))
                        compare(result, args, twin, (int)(k * ofResult));
                }
            }
        }

        return result.Found;
    }

    /// <summary>The changes of sign that stay in the domains.</summary>
    public static IEnumerable<(ulong Arguments, bool Result)> Flips(Formula formula) => Symmetries.Of(formula).Flips
        .Where(flip => formula.Parameters.Select((p, i) => (flip.Arguments >> i & 1) == 0 || (p.Domain.Contains(-1) && p.Domain.Contains(1)) || (p.Domain.Contains(-0.5) && p.Domain.Contains(0.5))).All(stays => stays));

    /// <summary>Arguments of the other sign.</summary>
    public static BatteryResult Flipped<T>(Formula formula, int count = 60)
        where T : IBinaryFormat<T>
    {
        var result = new Twins(formula);
        foreach (double[] args in Draws<T>(formula, count))
        {
            foreach ((ulong arguments, bool ofResult) in Flips(formula))
            {
                double[] twin = [.. args.Select((a, i) => (arguments >> Place(formula, i) & 1) == 1 ? -a : a)];
                if (Legal<T>(formula, twin))
                    result.Compare<T>(args, twin, y => ofResult ? -y : y);
            }
        }

        return result.Found;
    }

    /// <summary>Whole arguments with a whole number added; rows of a power of two, whose sum is held and whose mean is no rounding.</summary>
    public static BatteryResult Shifted<T>(Formula formula, int count = 60)
        where T : IBinaryFormat<T>
    {
        var result = new Twins(formula);
        var random = new SplitMix(SplitMix.SeedOf(formula.Id));
        IReadOnlyList<double[]> shifts = Symmetries.Of(formula).Shifts;
        foreach (double[] drawn in Draws<T>(formula, count).Where(row => formula.Shape == FormulaShape.Scalar || row.Length * 90.0 <= Math.ScaleB(1, FormatRange<T>.Digits)))
        {
            foreach (double[] shift in shifts)
            {
                for (int attempt = 0; attempt < Attempts; attempt++)
                {
                    double[] args = [.. drawn.Select((a, i) => shift[Place(formula, i)] == 0 ? a : OnGrid(formula.Parameters[Place(formula, i)].Domain, random))];
                    double added = random.Sign() * (1 + random.Below(60)) * (formula.Parameters.Where((_, i) => shift[i] != 0).All(p => p.Domain.High - p.Domain.Low <= 2) ? Fine : 1);
                    double[] twin = [.. args.Select((a, i) => a + added * shift[Place(formula, i)])];
                    if (!Legal<T>(formula, args) || !Legal<T>(formula, twin))
                        continue;
                    result.Compare<T>(args, twin, y => y);
                    break;
                }
            }
        }

        return result.Found;
    }

    /// <summary>A row in another order: elements that meet in the first step of the tree of a reduction change places, or all do where nothing is added.</summary>
    public static BatteryResult Reordered<T>(Formula formula, int count = 60)
        where T : IBinaryFormat<T>
    {
        var result = new Twins(formula);
        var random = new SplitMix(SplitMix.SeedOf(formula.Id));
        bool adds = Symmetries.Of(formula).Adds;
        for (int n = 0; n < count; n++)
        {
            // Different elements, since of equal ones the first may count.
            double[] args = [.. Enumerable.Range(0, RowLength).Select(i => T.ToDouble(T.Of(i + 65 + random.Below(2) * 0.5)) * random.Sign() / 16)];
            int[] order = [.. Enumerable.Range(0, RowLength)];
            args[0] = n % 2 == 0 ? 0 : args[0];
            random.Shuffle(args);
            if (!adds)
                random.Shuffle(order);
            for (int i = 0; adds && i < RowLength / 2; i++)
                (order[i], order[i + RowLength / 2]) = random.Below(2) == 0 ? (order[i], order[i + RowLength / 2]) : (order[i + RowLength / 2], order[i]);
            double[] twin = [.. order.Select(i => args[i])];
            if (Legal<T>(formula, args) && Legal<T>(formula, twin))
                result.Compare<T>(args, twin, y => y, formula.Shape == FormulaShape.RowToRow ? order : null);
        }

        return result.Found;
    }

    // 8 bits hold the points, and what is added to them.
    private static double OnGrid(Domain domain, SplitMix random) =>
        domain.High - domain.Low <= 2 ? domain.Low + random.Below(16) * Fine
        : double.IsFinite(domain.Low) ? domain.Low + 1 + random.Below(30)
        : random.Sign() * random.Below(30);

    private static int Place(Formula formula, int argument) => formula.Shape == FormulaShape.Scalar ? argument : 0;

    private static IEnumerable<double[]> Draws<T>(Formula formula, int count)
        where T : IBinaryFormat<T> => FormulaSamples.Of(formula, 50 * count, ordinary: true)
            .Where(args => formula.Shape == FormulaShape.Scalar || int.IsPow2(args.Length))
            .Select((args, n) => Array.ConvertAll(args, a => formula.Shape != FormulaShape.Scalar && n % 4 == 3 && a == args[0] ? 0 : T.ToDouble(T.Of(a))))
            .Where(args => formula.Orders.All(order => order.Holds(args))).Take(count);

    private static bool Legal<T>(Formula formula, double[] args)
        where T : IBinaryFormat<T> => args.Select((a, i) => (Value: a, Parameter: formula.Parameters[Place(formula, i)])).All(p =>
            double.IsFinite(p.Value) && T.ToDouble(T.Of(p.Value)) == p.Value && p.Parameter.Domain.Contains(p.Value) && (!p.Parameter.Whole || p.Value == Math.Floor(p.Value)))
        && formula.Orders.All(order => order.Holds(args));

    private static bool Normal<T>(Formula formula, double[] args)
        where T : IBinaryFormat<T> => formula.EvaluateAny<Extent>(Array.ConvertAll(args, Extent.Argument))
            .All(value => value.Least > FormatRange<T>.NormalExponent && value.Largest < FormatRange<T>.LargestExponent);

    private sealed class Twins(Formula formula)
    {
        private int _cases;
        private int _decided;
        private double _worst;
        private string? _failure;

        public BatteryResult Found => new(_cases, _decided, _failure is null ? _worst : double.PositiveInfinity, _failure);

        public void Compare<T>(double[] args, double[] twin, Func<double, double> change, int[]? order = null)
            where T : IBinaryFormat<T>
        {
            T[] one = formula.EvaluateAny<T>(BatteryCheck.Over<T>(args)), other = formula.EvaluateAny<T>(BatteryCheck.Over<T>(twin));
            for (int i = 0; i < one.Length; i++)
            {
                double expected = change(T.ToDouble(one[order is null ? i : order[i]])), value = T.ToDouble(other[i]);
                _cases++;

                // Of nothing and of no number there is no twin.
                _decided += double.IsNaN(value) || value == 0 ? 0 : 1;
                if (!BatteryCheck.Same(value, expected) && !(value == 0 && expected == 0))
                    _failure ??= $"{formula.Id} over {typeof(T).Name} gives {BatteryCheck.Text(value)} at {BatteryCheck.At(twin)}, its twin at {BatteryCheck.At(args)} says {BatteryCheck.Text(expected)}";
            }
        }

        public void CompareWithinBounds<T>(double[] args, double[] twin, int power)
            where T : IBinaryFormat<T>
        {
            Bounded<T>[] one = Bounds<T>(args), other = Bounds<T>(twin);
            for (int i = 0; i < one.Length; i++)
            {
                double expected = Math.ScaleB(T.ToDouble(one[i].Value), power), value = T.ToDouble(other[i].Value);
                double allowed = Math.ScaleB(one[i].Bound, power) + other[i].Bound;
                _cases++;
                if (!double.IsFinite(allowed))
                    continue;

                // As wide as the value, bounds would let anything pass.
                _decided += allowed < Math.Abs(value) ? 1 : 0;
                double share = value == expected ? 0 : Math.Abs(value - expected) / allowed;
                _worst = Math.Max(_worst, share);
                if (!(share <= 1))
                    _failure ??= $"{formula.Id} over {typeof(T).Name} gives {BatteryCheck.Text(value)} at {BatteryCheck.At(twin)}, its twin at {BatteryCheck.At(args)} says {BatteryCheck.Text(expected)} ± {BatteryCheck.Text(allowed)}";
            }
        }

        private Bounded<T>[] Bounds<T>(double[] args)
            where T : IBinaryFormat<T> => formula.EvaluateAny<Bounded<T>>(Array.ConvertAll(args, a => Bounded<T>.Exact(T.Of(a))));
    }
}
