using System.Text.RegularExpressions;
using TrainingSpec.Formulas;
using TrainingSpec.Numbers;
using Known = TrainingSpec.Formulas.Hyperparameters;

namespace TrainingSpec.Tests.Battery;

/// <summary>Hyperparameters outside their domains are refused by what users call, in one line that names argument, value and domain, each once.</summary>
internal static class BatteryRefusal
{
    // β stands for both betas; batch sizes that a rate is scaled between are read by the oracle alone.
    private static readonly Dictionary<string, string[]> StandFor = new() { [nameof(Known.Beta)] = [nameof(Known.Beta1), nameof(Known.Beta2)] };

    /// <summary>The hyperparameters of a formula that the library itself is called with.</summary>
    public static string[] Hyperparameters(Formula formula) =>
    [
        .. formula.Parameters.Select(p => p.Hyperparameter).OfType<Hyperparameter>().Select(NameOf).SelectMany(name => StandFor.GetValueOrDefault(name, [name]))
            .Except([nameof(Known.Batch), nameof(Known.NewBatch)]),
    ];

    /// <summary>Every entry point of every hyperparameter of a formula, with values on the other side of each bound, and one inside.</summary>
    /// <param name="formula">The formula.</param>
    /// <param name="entries">What users call, by hyperparameter.</param>
    public static BatteryResult Check(Formula formula, IReadOnlyDictionary<string, Action<double>[]> entries)
    {
        int cases = 0;
        string? failure = null;
        foreach (string name in Hyperparameters(formula))
        {
            Hyperparameter known = Known.All[name];
            Action<double>[] points = entries.GetValueOrDefault(name, []);
            if (points.Length == 0)
                failure ??= $"{formula.Id}: nothing that users call takes {name}";
            for (int i = 0; i < points.Length; i++)
            {
                string where = $"{formula.Id}: entry point {i} of {name}";
                foreach (double outside in Outside(known))
                {
                    cases++;
                    failure ??= Fault(known, outside, Thrown(points[i], outside)) is { } fault ? $"{where} {fault}" : null;
                }

                cases++;
                if (Thrown(points[i], Inside(known)) is { } refused)
                    failure ??= $"{where} refuses {BatteryCheck.Text(Inside(known))}: {refused.Message}";
            }
        }

        return new BatteryResult(cases, cases, failure is null ? 0 : double.PositiveInfinity, failure);
    }

    private static string? Fault(Hyperparameter known, double outside, Exception? thrown)
    {
        string value = BatteryCheck.Text(outside), domain = known.Domain.ToString();
        if (thrown is null)
            return $"takes {value}, which is outside {domain}";
        if (thrown is not ArgumentException refused)
            return $"throws {thrown.GetType().Name} at {value}";
        if (refused.ParamName != known.Name)
            return $"names {refused.ParamName} at {value}";

        // Another argument may stand for the upper end.
        string line = $"{known.Name} = {value} is outside ";
        bool told = refused.Message.StartsWith(line, StringComparison.Ordinal) && refused.Message[line.Length..].StartsWith(domain[..domain.IndexOf(',', StringComparison.Ordinal)], StringComparison.Ordinal);
        bool once = Regex.Count(refused.Message, $@"\b{Regex.Escape(known.Name)}\b") == 1 && !refused.Message.Contains('\n', StringComparison.Ordinal);
        return told && once ? null : $"says '{refused.Message}' at {value}";
    }

    private static Exception? Thrown(Action<double> call, double value)
    {
        try
        {
            call(value);
            return null;
        }
#pragma warning disable CA1031 // Whatever is thrown is what the check is about.
        catch (Exception e)
#pragma warning restore CA1031
        {
            return e;
        }
    }

    private static IEnumerable<double> Outside(Hyperparameter known)
    {
        Domain domain = known.Domain;
        if (known.Whole)
        {
            yield return domain.Low - (domain.LowOpen ? 0 : 1);
            yield return int.MinValue;
            yield break;
        }

        yield return double.NaN;
        yield return double.NegativeInfinity;
        yield return domain.LowOpen ? domain.Low : domain.Low == 0 ? -double.Epsilon : Math.BitDecrement(domain.Low);
        if (domain.HighOpen)
            yield return domain.High;
        else if (double.IsFinite(domain.High))
            yield return Math.BitIncrement(domain.High);
    }

    private static double Inside(Hyperparameter known) =>
        double.IsFinite(known.Domain.High) ? (known.Domain.Low + known.Domain.High) / 2 : known.Domain.Low + 1;

    private static string NameOf(Hyperparameter known) => Known.All.First(entry => ReferenceEquals(entry.Value, known)).Key;
}
