using TrainingSpec.Checking;
using TrainingSpec.Formulas;
using TrainingSpec.Numbers;

namespace TrainingSpec.Battery;

/// <summary>Arguments for a formula from the whole of its domain as one format holds it: powers of two, subnormals, the largest, both sides of every bound, nearly equal and far apart.</summary>
/// <remarks>The same on every machine. Unlike <see cref="FormulaSamples"/>, which draws what training sees.</remarks>
public static class DomainArguments
{
    private const int Attempts = 200;

    /// <summary>Lists of arguments that lie in their domains and in the order that the formula asks for.</summary>
    /// <typeparam name="T">The format.</typeparam>
    /// <param name="formula">The formula; its id is the seed.</param>
    /// <param name="count">How many.</param>
    /// <param name="draw">Which ones of all that could be drawn.</param>
    public static IEnumerable<double[]> Of<T>(Formula formula, int count, ulong draw = 0)
        where T : IBinaryFormat<T>
    {
        ArgumentNullException.ThrowIfNull(formula);
        var random = new SplitMix(SplitMix.SeedOf(formula.Id) + draw);
        if (formula.Shape != FormulaShape.Scalar)
            return Enumerable.Range(0, count).Select(i => DomainRows.Row<T>(formula.Parameters[0].Domain, random, i));
        return formula.Parameters is [{ Whole: false } only] ? Along<T>(only, random, count) : Together<T>(formula, random, count);
    }

    // One argument: every binade of the format, or as many as are asked for, evenly, and what is special.
    private static IEnumerable<double[]> Along<T>(FormulaParameter parameter, SplitMix random, int count)
        where T : IBinaryFormat<T>
    {
        double[] special = [.. DomainValues.Special<T>(parameter.Domain)];
        int binades = FormatRange<T>.LargestExponent - FormatRange<T>.LeastExponent + 1;
        double stride = Math.Max(1, 4.0 * binades / Math.Max(1, count - special.Length));
        foreach (double value in special)
            yield return [value];
        for (double at = 0; at < binades; at += stride)
        {
            int exponent = FormatRange<T>.LeastExponent + (int)at;
            foreach (double significand in new[] { 1, 1 + random.Uniform() })
            {
                foreach (int sign in new[] { 1, -1 })
                {
                    double value = T.ToDouble(T.Of(sign * Math.ScaleB(significand, exponent)));
                    if (double.IsFinite(value) && parameter.Domain.Contains(value))
                        yield return [value];
                }
            }
        }
    }

    private static IEnumerable<double[]> Together<T>(Formula formula, SplitMix random, int count)
        where T : IBinaryFormat<T>
    {
        for (int i = 0; i < count; i++)
        {
            for (int attempt = 0; attempt < Attempts; attempt++)
            {
                double[] args = Draw<T>(formula.Parameters, random, i % 4);
                if (formula.Orders.All(order => order.Holds(args)))
                {
                    yield return args;
                    break;
                }
            }
        }
    }

    // Kind 0: each from anywhere; 1: one from anywhere, the others ordinary; 2 and 3: as before, and two of them alike.
    private static double[] Draw<T>(IReadOnlyList<FormulaParameter> parameters, SplitMix random, int kind)
        where T : IBinaryFormat<T>
    {
        int extreme = random.Below(parameters.Count);
        double[] args = [.. parameters.Select((p, i) => DomainValues.Draw<T>(p.Domain, p.Whole, random, anywhere: kind % 2 == 0 || i == extreme))];
        if (kind < 2 || parameters.Count < 2)
            return args;
        int from = random.Below(parameters.Count), to = (from + 1 + random.Below(parameters.Count - 1)) % parameters.Count;
        double alike = random.Below(4) switch
        {
            0 => args[from],
            1 => -args[from],
            2 => FormatRange<T>.Next(args[from], (int)random.Sign() * (1 + random.Below(3))),
            _ => parameters[to].Whole ? args[from] + random.Sign() : T.ToDouble(T.Of(args[from] * (1 + random.Sign() * random.Magnitude(-6, -1)))),
        };
        if (parameters[to].Domain.Contains(alike) && double.IsFinite(alike) && (!parameters[to].Whole || alike == Math.Floor(alike)))
            args[to] = T.ToDouble(T.Of(alike)) == alike ? alike : args[to];
        return args;
    }
}
