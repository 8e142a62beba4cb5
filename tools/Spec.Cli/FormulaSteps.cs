using System.Globalization;
using TrainingSpec.Formulas;
using TrainingSpec.Numbers;

namespace Spec.Cli;

/// <summary>A formula worked by hand: values from its domains, then every operation of its expression with the value it gives.</summary>
internal static class FormulaSteps
{
    /// <summary>One line of values, then one per step.</summary>
    public static IEnumerable<string> Of(Formula formula)
    {
        IReadOnlyList<string> names = formula.ArgumentNames();
        Real64[] values = [.. names.Select((_, i) => (Real64)Sample(formula.Parameters[Math.Min(i, formula.Parameters.Count - 1)], i, names.Count))];
        yield return "for example " + string.Join(", ", names.Zip(values, (name, value) => $"{name} = {Text(value)}"));
        foreach (string operation in formula.Work<Real64>(x => Text(x), values).Operations)
            yield return $"  {operation}";
    }

    /// <summary>A plain value inside the domain, another one for each place.</summary>
    public static double Sample(FormulaParameter parameter, int place, int places)
    {
        Domain domain = parameter.Domain;
        double value = (double.IsFinite(domain.Low), double.IsFinite(domain.High)) switch
        {
            (true, true) => domain.Low + (domain.High - domain.Low) * (place + 1) / (places + 1),
            (true, false) => domain.Low + 1 + place,
            (false, true) => domain.High - 1 - place,
            _ => 0.5 + 0.25 * place,
        };
        return parameter.Whole ? Math.Floor(value) : value;
    }

    private static string Text(double value) => value.ToString("R", CultureInfo.InvariantCulture);
}
