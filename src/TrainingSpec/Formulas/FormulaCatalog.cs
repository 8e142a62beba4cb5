using System.Reflection;

namespace TrainingSpec.Formulas;

/// <summary>Every formula of this assembly, found by its <see cref="FormulaAttribute"/>.</summary>
public static class FormulaCatalog
{
    private static readonly IReadOnlyList<Formula> Formulas = Of(typeof(FormulaCatalog).Assembly.GetTypes());

    /// <summary>All formulas, ordered by id.</summary>
    public static IReadOnlyList<Formula> All => Formulas;

    /// <summary>The formula with this id.</summary>
    /// <exception cref="ArgumentException">There is none; the message names the nearest ids.</exception>
    public static Formula Find(string id)
    {
        ArgumentNullException.ThrowIfNull(id);
        return All.FirstOrDefault(f => f.Id == id)
            ?? throw new ArgumentException($"id = {id} is outside the formulas; there are {string.Join(", ", Near(id))}", nameof(id));
    }

    /// <summary>A formula as TeX, left-hand side = right-hand side; the right comes from running the formula over symbols.</summary>
    /// <exception cref="ArgumentException">There is no such formula.</exception>
    public static string TeX(string id) => Find(id).TeX;

    /// <summary>The formulas that the given types state, ordered by id.</summary>
    /// <exception cref="InvalidOperationException">Two have the same id, or a method has a shape that no formula has.</exception>
    public static IReadOnlyList<Formula> Of(params IEnumerable<Type> types)
    {
        const BindingFlags Statics = BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;
        Formula[] formulas = [.. types.SelectMany(t => t.GetMethods(Statics))
            .Where(m => m.GetCustomAttribute<FormulaAttribute>() is not null)
            .Select(m => new Formula(m))
            .OrderBy(f => f.Id, StringComparer.Ordinal)];
        for (int i = 1; i < formulas.Length; i++)
        {
            if (formulas[i].Id == formulas[i - 1].Id)
                throw new InvalidOperationException($"formula {formulas[i].Id} is stated twice");
        }

        return formulas;
    }

    private static IEnumerable<string> Near(string id)
    {
        string topic = id.Split('.')[0];
        string[] near = [.. All.Select(f => f.Id).Where(other => other.Split('.')[0] == topic)];
        return near.Length > 0 ? near : All.Select(f => f.Id);
    }
}
