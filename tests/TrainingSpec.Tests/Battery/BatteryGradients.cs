using TrainingSpec.Battery;
using TrainingSpec.Formulas;
using TrainingSpec.Numbers;

namespace TrainingSpec.Tests.Battery;

/// <summary>Derivatives by dual numbers, by the complex step and by going back over a record: three ways that have to agree to rounding, for every formula.</summary>
/// <remarks>
/// All run over double-double, and all once more over bounded doubles. How far two double-doubles may be apart follows from the bounds: an error of double-double is at most 2⁻⁹⁶ where
/// double has 2⁻⁵³, so the sum of both bounds, times 2⁻⁴⁰, is more than enough; so is 1000 times the smallest subnormal over the step for what underflows in an imaginary part. Where a bound is infinite, at a pole or a kink that the bounds leave open, nothing is compared.
/// </remarks>
internal static class BatteryGradients
{
    private const double Underflow = 1000 * double.Epsilon / 4.9e-91;

    private delegate T Gradient<T>(Formula formula, double[] args, double[] weights, int at);

    /// <summary>The derivative by the complex step is that by dual numbers, for each continuous argument.</summary>
    public static BatteryResult ByComplexStep(Formula formula, int count = 20) => Compare(
        formula, count, "the complex step", Stepped<DoubleDouble>, Stepped<Bounded<Real64>>);

    /// <summary>The gradient by one pass back over the record is that by dual numbers, for each continuous argument.</summary>
    public static BatteryResult ByVariable(Formula formula, int count = 20) => Compare(
        formula, count, "the record", Recorded<DoubleDouble>, Recorded<Bounded<Real64>>);

    private static BatteryResult Compare(Formula formula, int count, string name, Gradient<DoubleDouble> other, Gradient<Bounded<Real64>> otherBounded)
    {
        int cases = 0, decided = 0;
        double worst = 0;
        string? failure = null;
        foreach (double[] args in FormulaSamples.Of(formula, count, ordinary: true).Where(a => a.Length <= 5 || formula.Shape == FormulaShape.Scalar))
        {
            double[] weights = BatteryCheck.Weights(formula, args);
            for (int at = 0; at < args.Length; at++)
            {
                FormulaParameter parameter = formula.Parameters[formula.Shape == FormulaShape.Scalar ? at : 0];
                if (parameter.Whole)
                    continue;
                cases++;
                double bound = Dualled<Bounded<Real64>>(formula, args, weights, at).Bound + otherBounded(formula, args, weights, at).Bound;
                if (!double.IsFinite(bound))
                    continue;
                DoubleDouble expected = Dualled<DoubleDouble>(formula, args, weights, at), actual = other(formula, args, weights, at);
                double allowed = bound * Math.ScaleB(1, -40) + Underflow, apart = DoubleDouble.Abs(actual - expected).High, share = apart == 0 ? 0 : apart / allowed;
                decided += allowed <= BatteryCheck.Narrow * Math.Abs(expected.High) || (expected.High == 0 && allowed <= BatteryCheck.Narrow) ? 1 : 0;
                worst = Math.Max(worst, share);
                if (!(share <= 1))
                    failure ??= $"{formula.Id}: derivative for {parameter.Name} is {expected} by dual numbers, {actual} by {name} at {BatteryCheck.At(args)}";
            }
        }

        return new BatteryResult(cases, decided, worst, failure);
    }

    private static T Dualled<T>(Formula formula, double[] args, double[] weights, int at)
        where T : IReal<T> => Sum(formula, weights, [.. args.Select((a, i) => i == at ? Dual<T>.Variable(T.Of(a)) : Dual<T>.Of(a))]).Derivative;

    private static T Stepped<T>(Formula formula, double[] args, double[] weights, int at)
        where T : IReal<T> => Sum(formula, weights, [.. args.Select((a, i) => i == at ? ComplexStep<T>.Variable(T.Of(a)) : ComplexStep<T>.Of(a))]).Derivative;

    private static T Recorded<T>(Formula formula, double[] args, double[] weights, int at)
        where T : IReal<T>
    {
        Variable<T>[] inputs = [.. args.Select(a => Variable<T>.Input(T.Of(a)))];
        Sum(formula, weights, inputs).Backward();
        return inputs[at].Gradient;
    }

    private static T Sum<T>(Formula formula, double[] weights, T[] args)
        where T : IReal<T>
    {
        T[] values = formula.EvaluateAny<T>(args);
        T sum = T.Of(0);
        for (int i = 0; i < values.Length; i++)
            sum += T.Of(weights[i]) * values[i];
        return sum;
    }
}
