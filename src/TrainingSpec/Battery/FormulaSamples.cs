using TrainingSpec.Checking;
using TrainingSpec.Formulas;
using TrainingSpec.Numbers;

namespace TrainingSpec.Battery;

/// <summary>Arguments for a formula, drawn from the domains it declares: ordinary values, ends of the domain, tiny and huge ones.</summary>
public static class FormulaSamples
{
    private static readonly int[] RowLengths = [1, 2, 3, 5, 17, 64, 65, 200];

    /// <summary>Arguments that binary32 holds exactly, so that every number starts from the same ones; the same on every machine.</summary>
    /// <param name="formula">The formula; its id is the seed.</param>
    /// <param name="count">How many lists of arguments.</param>
    /// <param name="ordinary">True for values of ordinary size only, inside the domain.</param>
    public static IEnumerable<double[]> Of(Formula formula, int count, bool ordinary = false)
    {
        ArgumentNullException.ThrowIfNull(formula);
        var random = new SplitMix(SplitMix.SeedOf(formula.Id));
        for (int i = 0; i < count; i++)
            yield return formula.Shape == FormulaShape.Scalar ? Numbers(formula, random, ordinary || i % 2 == 0) : Row(formula, random, ordinary || i % 2 == 0);
    }

    /// <summary>Rows of three, for which the symbol tree is written out.</summary>
    /// <param name="formula">The formula; its id is the seed.</param>
    /// <param name="count">How many.</param>
    public static IEnumerable<double[]> OfThree(Formula formula, int count) =>
        formula is null ? throw new ArgumentNullException(nameof(formula)) :
        formula.Shape == FormulaShape.Scalar ? Of(formula, count) : Of(formula, 8 * count).Where(r => r.Length == 3).Take(count);

    private static double[] Numbers(Formula formula, SplitMix random, bool ordinary) =>
        [.. formula.Parameters.Select(p => Draw(p, random, ordinary))];

    private static double[] Row(Formula formula, SplitMix random, bool ordinary)
    {
        var row = new double[RowLengths[random.Below(RowLengths.Length)]];
        for (int i = 0; i < row.Length; i++)
            row[i] = i > 0 && random.Below(8) == 0 ? row[random.Below(i)] : Draw(formula.Parameters[0], random, ordinary || random.Below(4) != 0);
        return row;
    }

    private static double Draw(FormulaParameter parameter, SplitMix random, bool ordinary)
    {
        Domain domain = parameter.Domain;
        for (int attempt = 0; attempt < 64; attempt++)
        {
            double value = (float)(parameter.Whole ? Whole(domain, random, ordinary) : ordinary ? Ordinary(domain, random) : Special(domain, random));
            if (domain.Contains(value))
                return value;
        }

        throw new InvalidOperationException($"no value was found for {parameter.Name} in {domain}");
    }

    private static double Whole(Domain domain, SplitMix random, bool ordinary)
    {
        double first = double.IsFinite(domain.Low) ? domain.Low + (domain.LowOpen ? 1 : 0) : -25;
        return double.IsFinite(domain.High) ? first + random.Below((int)(domain.High - first) + 1)
            : first + (ordinary ? random.Below(50) : random.Below(4) == 0 ? random.Below(1_000_000) : random.Below(3));
    }

    private static double Ordinary(Domain domain, SplitMix random) => (double.IsFinite(domain.Low), double.IsFinite(domain.High)) switch
    {
        (true, true) => domain.Low + (domain.High - domain.Low) * random.Uniform(),
        (true, false) => domain.Low + random.Magnitude(-3, 1.5),
        _ => random.Sign() * random.Magnitude(-2, 1.5),
    };

    private static double Special(Domain domain, SplitMix random)
    {
        double low = double.IsFinite(domain.Low) ? domain.LowOpen ? domain.Low + random.Magnitude(-30, -6) : domain.Low : -random.Magnitude(6, 18);
        double high = double.IsFinite(domain.High) ? domain.HighOpen ? domain.High * (1 - random.Magnitude(-7, -3)) : domain.High : random.Magnitude(6, 18);
        return random.Below(6) switch
        {
            0 => low,
            1 => high,
            2 => 0,
            3 => random.Sign(),
            4 => random.Sign() * random.Magnitude(-30, -10),
            _ => Ordinary(domain, random),
        };
    }
}
