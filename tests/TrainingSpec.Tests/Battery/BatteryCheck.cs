using System.Globalization;
using TrainingSpec.Battery;
using TrainingSpec.Checking;
using TrainingSpec.Formulas;
using TrainingSpec.Numbers;

namespace TrainingSpec.Tests.Battery;

/// <summary>What a check of the battery found.</summary>
/// <param name="Cases">Arguments tried.</param>
/// <param name="Decided">Arguments for which the check could have failed.</param>
/// <param name="Worst">The largest share of the tolerance that was used; above 1 is a failure.</param>
/// <param name="Failure">The first failure, or null.</param>
internal sealed record BatteryResult(int Cases, int Decided, double Worst, string? Failure)
{
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{Decided} of {Cases} decided, worst {Worst:0.000} of the tolerance{(Failure is null ? "" : "; " + Failure)}");
}

/// <summary>The checks that every formula gets for nothing; each returns what it found, so that a planted formula can be seen to fail.</summary>
internal static class BatteryCheck
{
    /// <summary>What is wider than this share of a value or of a derivative tells little of it, and could hide a wrong one.</summary>
    public const double Narrow = 1e-3;

    /// <summary>The error against the double-double oracle stays below the bound that running error analysis gives at the same arguments.</summary>
    public static BatteryResult Error<T>(Formula formula, int count = 400)
        where T : IBinaryFormat<T>
    {
        int cases = 0, decided = 0;
        double worst = 0;
        string? failure = null;
        // What is tiny or huge for float is 0 or ∞ in 16 bits, and would decide nothing.
        foreach (double[] args in Held<T>(formula, FormulaSamples.Of(formula, count, ordinary: T.UnitRoundoff > Real32.UnitRoundoff)))
        {
            cases++;
            T[] computed = formula.EvaluateAny<T>(Over<T>(args));
            Bounded<T>[] bounded = formula.EvaluateAny<Bounded<T>>(Array.ConvertAll(args, a => Bounded<T>.Exact(T.Of(a))));
            DoubleDouble[] exact = formula.EvaluateAny<DoubleDouble>(Array.ConvertAll(args, a => (DoubleDouble)a));
            for (int i = 0; i < computed.Length; i++)
            {
                double value = T.ToDouble(computed[i]);
                if (!Same(value, T.ToDouble(bounded[i].Value)))
                    failure ??= $"{formula.Id} gives {Text(value)} and with bounds {Text(T.ToDouble(bounded[i].Value))} at {At(args)}";
                if (double.IsPositiveInfinity(bounded[i].Bound) || !DoubleDouble.IsFinite(exact[i]))
                    continue;

                // A bound that reaches from a value to 0 and beyond says nothing of it.
                decided += exact[i].High == 0 || bounded[i].Bound <= Math.Max(Math.Abs(exact[i].High), T.SmallestSubnormal) ? 1 : 0;
                double error = DoubleDouble.Abs((DoubleDouble)value - exact[i]).High;
                double share = error == 0 ? 0 : error / bounded[i].Bound;
                worst = Math.Max(worst, share);
                if (!(share <= 1))
                    failure ??= $"{formula.Id} gives {Text(value)}, exact {exact[i]}, bound {Text(bounded[i].Bound)} at {At(args)}";
            }
        }

        return new BatteryResult(cases, decided, worst, failure);
    }

    /// <summary>The arguments as the number holds them, where rounding leaves them in their domains: 0.9999 is 1 in half precision, and 1 may be outside.</summary>
    private static IEnumerable<double[]> Held<T>(Formula formula, IEnumerable<double[]> samples)
        where T : IBinaryFormat<T>
    {
        foreach (double[] sample in samples)
        {
            double[] held = Array.ConvertAll(sample, a => T.ToDouble(T.Of(a)));
            if (held.Select((a, i) => formula.Parameters[formula.Shape == FormulaShape.Scalar ? i : 0].Domain.Contains(a) && double.IsFinite(a)).All(inside => inside))
                yield return held;
        }
    }

    /// <summary>The derivative by dual numbers lies within the error bar of the extrapolated central difference, for each continuous argument.</summary>
    /// <remarks>Both run over double-double, so that the rounding of the formula stays far below the bar; only steps with no kink inside are taken.</remarks>
    public static BatteryResult Derivative(Formula formula, int count = 20)
    {
        int cases = 0, decided = 0;
        double worst = 0;
        string? failure = null;
        foreach (double[] args in FormulaSamples.Of(formula, count, ordinary: true).Where(a => a.Length <= 5 || formula.Shape == FormulaShape.Scalar))
        {
            for (int k = 0; k < args.Length; k++)
            {
                FormulaParameter parameter = formula.Parameters[formula.Shape == FormulaShape.Scalar ? k : 0];
                if (parameter.Whole)
                    continue;
                cases++;
                int at = k;
                double[] weights = Weights(formula, args);
                double F(double x) => WeightedSum(formula, Replaced(args, at, x), weights).High;
                double? step = SmoothStep(formula, parameter, args, at);
                if (step is null)
                    continue;
                Ridders.Estimate estimate = Ridders.DerivativeFrom(F, args[at], step.Value);
                double exact = DualDerivative(formula, args, at, weights);
                double size = Math.Max(Math.Abs(exact), Math.Abs(F(args[at])) / Math.Max(Math.Abs(args[at]), step.Value));
                if (estimate.Error <= Narrow * size)
                    decided++;
                double share = Math.Abs(exact - estimate.Value) == 0 ? 0 : Math.Abs(exact - estimate.Value) / estimate.Error;
                worst = Math.Max(worst, share);
                if (!(share <= 1))
                    failure ??= $"{formula.Id}: derivative for {parameter.Name} is {Text(exact)} by dual numbers, {Text(estimate.Value)} ± {Text(estimate.Error)} by differences at {At(args)}";
            }
        }

        return new BatteryResult(cases, decided, worst, failure);
    }

    /// <summary>The tree that the formula builds over symbols, evaluated, gives the formula's own bits (but for the sign of zero, which the tree simplifies).</summary>
    public static BatteryResult Tree<T>(Formula formula, int count = 200)
        where T : IBinaryFormat<T>
    {
        int cases = 0, decided = 0;
        string? failure = null;
        Symbol tree = formula.RightHandSide();
        IReadOnlyList<string> names = formula.ArgumentNames();
        foreach (double[] args in FormulaSamples.OfThree(formula, count))
        {
            cases++;
            T[] values = Over<T>(args);
            double direct = T.ToDouble(formula.EvaluateAny<T>(values)[0]);
            double byTree = T.ToDouble(tree.Evaluate<T>(names.Zip(values).ToDictionary(p => p.First, p => p.Second)));
            decided += double.IsNaN(direct) && double.IsNaN(byTree) ? 0 : 1;
            if (!Same(direct, byTree) && !(direct == 0 && byTree == 0))
                failure ??= $"{formula.Id} gives {Text(direct)}, its tree {Text(byTree)} at {At(args)}";
        }

        return new BatteryResult(cases, decided, failure is null ? 0 : double.PositiveInfinity, failure);
    }

    /// <summary>Every lane of the formula over lanes has the bits of the scalar formula over binary32 at that lane's arguments.</summary>
    public static BatteryResult LanesAreScalar(Formula formula, int count = 100)
    {
        int cases = 0, decided = 0;
        string? failure = null;
        double[][] drawn = [.. FormulaSamples.Of(formula, count)];
        for (int first = 0; first < drawn.Length; first++)
        {
            // Lane k gets the k-th next arguments; of a row, the row turned by k, so that all lanes have one length.
            double[][] byLane = [.. Enumerable.Range(0, Lanes.Count).Select(k => formula.Shape == FormulaShape.Scalar
                ? drawn[(first + k) % drawn.Length]
                : [.. drawn[first][(k % drawn[first].Length)..], .. drawn[first][..(k % drawn[first].Length)]])];
            Lanes[] args = [.. Enumerable.Range(0, drawn[first].Length).Select(i => Lanes.Load(Array.ConvertAll(byLane, lane => (float)lane[i])))];
            Lanes[] results = formula.EvaluateAny<Lanes>(args);
            for (int k = 0; k < byLane.Length; k++)
            {
                Real32[] scalar = formula.EvaluateAny<Real32>(Over<Real32>(byLane[k]));
                for (int i = 0; i < scalar.Length; i++)
                {
                    float lane = results[i].Value[k];
                    cases++;
                    decided += float.IsNaN(lane) && float.IsNaN(scalar[i].Value) ? 0 : 1;
                    if (BitConverter.SingleToInt32Bits(lane) != BitConverter.SingleToInt32Bits(scalar[i].Value) && !(float.IsNaN(lane) && float.IsNaN(scalar[i].Value)))
                        failure ??= $"{formula.Id} gives {Text(scalar[i].Value)}, lane {k} of lanes {Text(lane)} at {At(byLane[k])}";
                }
            }
        }

        return new BatteryResult(cases, decided, failure is null ? 0 : double.PositiveInfinity, failure);
    }

    /// <summary>The formula over a box of arguments encloses its exact values at points of the box; decided where over the point alone it is narrow, since all numbers enclose anything.</summary>
    /// <remarks>What the oracle itself may be off by follows from the running error bound of double: it works with 2⁻⁹⁶ or better where double has 2⁻⁵³, so 2⁻⁴⁰ of that bound is more than enough.</remarks>
    public static BatteryResult Encloses(Formula formula, int count = 100)
    {
        int cases = 0, decided = 0;
        string? failure = null;
        var random = new SplitMix(SplitMix.SeedOf(formula.Id));
        foreach (double[] args in FormulaSamples.Of(formula, count).Where(a => a.Length <= 17))
        {
            double size = Math.Pow(10, -random.Below(12));
            Interval[] box = [.. args.Select((a, i) => BoxAround(formula.Parameters[formula.Shape == FormulaShape.Scalar ? i : 0], a, size))];
            Interval[] enclosures = formula.EvaluateAny<Interval>(box);
            for (int point = 0; point < 4; point++)
            {
                double[] inside = point == 0 ? args : [.. box.Select(b => random.Below(3) switch { 0 => b.Low, 1 => b.High, _ => Math.Clamp(b.Low + (b.High - b.Low) * random.Uniform(), b.Low, b.High) })];
                if (formula.Shape == FormulaShape.Scalar)
                    inside = [.. inside.Select((x, i) => formula.Parameters[i].Whole ? args[i] : x)];
                DoubleDouble[] exact = formula.EvaluateAny<DoubleDouble>(Array.ConvertAll(inside, a => (DoubleDouble)a));
                Interval[] narrow = formula.EvaluateAny<Interval>(Array.ConvertAll(inside, Interval.Of));
                Bounded<Real64>[] bounds = formula.EvaluateAny<Bounded<Real64>>(Array.ConvertAll(inside, a => Bounded<Real64>.Exact(a)));
                for (int i = 0; i < exact.Length; i++)
                {
                    cases++;
                    Interval enclosure = enclosures[i];
                    // Far out the oracle overflows, or the bound is lost at a pole: nothing to compare with.
                    if (!DoubleDouble.IsFinite(exact[i]) || !double.IsFinite(bounds[i].Bound))
                        continue;
                    decided += narrow[i].High - narrow[i].Low <= Narrow * Math.Max(Math.Abs(exact[i].High), bounds[i].Bound) ? 1 : 0;
                    DoubleDouble slack = bounds[i].Bound * Math.ScaleB(1, -40);
                    if (!(enclosure.Low <= exact[i] + slack && exact[i] - slack <= enclosure.High))
                        failure ??= $"{formula.Id} over [{string.Join(", ", box)}] is {enclosure}, which leaves out {exact[i]} at {At(inside)}";
                }
            }
        }

        return new BatteryResult(cases, decided, failure is null ? 0 : double.PositiveInfinity, failure);
    }

    // A whole number stays a point.
    private static Interval BoxAround(FormulaParameter parameter, double x, double size)
    {
        if (parameter.Whole)
            return Interval.Of(x);
        double reach = Math.Abs(x) * size, low = x - reach, high = x + reach;
        return new(parameter.Domain.Contains(low) ? low : x, parameter.Domain.Contains(high) ? high : x);
    }

    /// <summary>How often a formula's stated exception leaves half of the digits of a double to be right about: an exception of everything would let anything pass.</summary>
    public static BatteryResult StatedException(Formula formula, int count = 60)
    {
        int cases = 0, decided = 0;
        foreach (double[] args in DomainArguments.Of<Real64>(formula, count))
        {
            BigReal[] inputs = Array.ConvertAll(args, BigReal.Of);
            BigReal unit = formula.Exception!.Unit<BigReal, Real64>(inputs);
            foreach (BigReal exact in formula.EvaluateAny<BigReal>(inputs).Where(BigReal.IsFinite))
            {
                cases++;
                decided += BigReal.IsFinite(unit) && !(BigReal.Abs(exact) * Math.ScaleB(1, 26) < unit) ? 1 : 0;
            }
        }

        return new BatteryResult(cases, decided, 0, null);
    }

    public static T[] Over<T>(double[] args)
        where T : IReal<T> => Array.ConvertAll(args, a => T.Of(a));

    public static bool Same(double x, double y) => BitConverter.DoubleToInt64Bits(x) == BitConverter.DoubleToInt64Bits(y) || (double.IsNaN(x) && double.IsNaN(y));

    public static string At(double[] args) => $"({string.Join(", ", Array.ConvertAll(args, Text))})";

    public static string Text(double x) => x.ToString("R", CultureInfo.InvariantCulture);

    private static double[] Replaced(double[] args, int at, double value)
    {
        var replaced = (double[])args.Clone();
        replaced[at] = value;
        return replaced;
    }

    public static double[] Weights(Formula formula, double[] args)
    {
        var random = new SplitMix(SplitMix.SeedOf(formula.Id + args.Length));
        return [.. Enumerable.Range(0, args.Length).Select(_ => random.Sign() * (0.5 + random.Uniform()))];
    }

    public static DoubleDouble WeightedSum(Formula formula, double[] args, double[] weights)
    {
        DoubleDouble[] values = formula.EvaluateAny<DoubleDouble>(Array.ConvertAll(args, a => (DoubleDouble)a));
        DoubleDouble sum = 0;
        for (int i = 0; i < values.Length; i++)
            sum += weights[i] * values[i];
        return sum;
    }

    private static double DualDerivative(Formula formula, double[] args, int at, double[] weights)
    {
        var duals = new Dual<DoubleDouble>[args.Length];
        for (int i = 0; i < args.Length; i++)
            duals[i] = i == at ? Dual<DoubleDouble>.Variable(args[i]) : Dual<DoubleDouble>.Constant(args[i]);
        Dual<DoubleDouble>[] values = formula.EvaluateAny<Dual<DoubleDouble>>(duals);
        DoubleDouble sum = 0;
        for (int i = 0; i < values.Length; i++)
            sum += weights[i] * values[i].Derivative;
        return sum.High;
    }

    // The first step of the difference scheme: a tenth of the argument, halved until the domain and the branch around it hold it.
    private static double? SmoothStep(Formula formula, FormulaParameter parameter, double[] args, int at)
    {
        ulong[] here = NotesAt(formula, args);
        double step = 0.1 * Math.Clamp(Math.Abs(args[at]), 1e-2, 10);
        for (int halving = 0; halving < 12; halving++, step /= 2)
        {
            if (!parameter.Domain.Contains(args[at] - step) || !parameter.Domain.Contains(args[at] + step))
                continue;
            if (here.AsSpan().SequenceEqual(NotesAt(formula, Replaced(args, at, args[at] - step)))
                && here.AsSpan().SequenceEqual(NotesAt(formula, Replaced(args, at, args[at] + step))))
                return step;
        }

        return null;
    }

    private static ulong[] NotesAt(Formula formula, double[] args) =>
        Array.ConvertAll(formula.EvaluateAny<Branching>(Over<Branching>(args)), value => value.Notes);
}
