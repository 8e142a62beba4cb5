using System.Reflection;
using System.Text.RegularExpressions;

namespace TrainingSpec.Formulas;

/// <summary>Every formula of this assembly, found by its <see cref="FormulaAttribute"/>.</summary>
public static partial class FormulaCatalog
{
    private const BindingFlags Statics = BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;

    // A method at fault is left out and told in one place: thrown from here, it would fail whatever asks for any formula.
    private static readonly (IReadOnlyList<Formula> Formulas, IReadOnlyList<string> Errors) Own = Read(typeof(FormulaCatalog).Assembly.GetTypes());

    private static readonly Lazy<Dictionary<MethodInfo, Formula>> ByMethod = new(() => All.ToDictionary(f => f.Method));

    /// <summary>All formulas, ordered by id.</summary>
    public static IReadOnlyList<Formula> All => Own.Formulas;

    /// <summary>What keeps methods marked as formulas from being one, a line each that begins with the method's name; such a method is not among <see cref="All"/>.</summary>
    public static IReadOnlyList<string> Errors => Own.Errors;

    /// <summary>The formula with this id.</summary>
    /// <exception cref="ArgumentException">There is none; the message names the nearest ids.</exception>
    public static Formula Find(string id)
    {
        ArgumentNullException.ThrowIfNull(id);
        return All.FirstOrDefault(f => f.Id == id)
            ?? throw new ArgumentException($"id = {id} is outside the formulas; there are {string.Join(", ", Near(id).Concat(Errors))}", nameof(id));
    }

    /// <summary>The formula that a method states.</summary>
    /// <param name="method">The generic method, or the same over some kind of number.</param>
    /// <exception cref="ArgumentException">It states none.</exception>
    public static Formula Stated(MethodInfo method)
    {
        ArgumentNullException.ThrowIfNull(method);
        return ByMethod.Value.TryGetValue(method.IsGenericMethod ? method.GetGenericMethodDefinition() : method, out Formula? formula)
            ? formula
            : throw new ArgumentException($"method = {method.DeclaringType?.Name}.{method.Name} states no formula", nameof(method));
    }

    /// <summary>A formula as TeX, left-hand side = right-hand side; the right comes from running the formula over symbols.</summary>
    /// <exception cref="ArgumentException">There is no such formula.</exception>
    public static string TeX(string id) => Find(id).TeX;

    /// <summary>The formulas that the given types state, ordered by id.</summary>
    /// <exception cref="InvalidOperationException">A marked method is no formula, or two have the same id; the message has a line for each.</exception>
    public static IReadOnlyList<Formula> Of(params IEnumerable<Type> types)
    {
        (IReadOnlyList<Formula> formulas, IReadOnlyList<string> errors) = Read(types);
        return errors.Count == 0 ? formulas : throw new InvalidOperationException(string.Join('\n', errors));
    }

    private static (IReadOnlyList<Formula> Formulas, IReadOnlyList<string> Errors) Read(IEnumerable<Type> types)
    {
        var formulas = new SortedDictionary<string, Formula>(StringComparer.Ordinal);
        List<string> errors = [];
        foreach (MethodInfo method in types.SelectMany(t => t.GetMethods(Statics)).Where(m => m.IsDefined(typeof(FormulaAttribute), inherit: false)).OrderBy(NameOf, StringComparer.Ordinal))
        {
            try
            {
                var formula = new Formula(method);
                if (Fault(formula, formulas) is { } fault)
                    errors.Add($"{NameOf(method)} is no formula: {fault}");
                else
                    formulas.Add(formula.Id, formula);
            }
            catch (InvalidOperationException e)
            {
                errors.Add(e.Message);
            }
            catch (Exception e) when (e is ArgumentException or FormatException)
            {
                // An attribute that can't be made, or a domain that can't be read.
                errors.Add($"{NameOf(method)} is no formula: {e.Message.ReplaceLineEndings(" ")}");
            }
        }

        return ([.. formulas.Values], errors);
    }

    private static string? Fault(Formula formula, SortedDictionary<string, Formula> stated) =>
        !IdForm().IsMatch(formula.Id) ? $"its id '{formula.Id}' is not topic.name in lower case with underscores"
        : stated.TryGetValue(formula.Id, out Formula? first) ? $"{NameOf(first.Method)} has the id {formula.Id}, too"
        : formula.Parameters.FirstOrDefault(p => !(p.Domain.Low <= p.Domain.High)) is { } empty ? $"the domain {empty.Domain} of parameter {empty.Name} is empty"
        : null;

    private static string NameOf(MethodInfo method) => $"{method.DeclaringType?.Name}.{method.Name}";

    private static IEnumerable<string> Near(string id)
    {
        string topic = id.Split('.')[0];
        string[] near = [.. All.Select(f => f.Id).Where(other => other.Split('.')[0] == topic)];
        return near.Length > 0 ? near : All.Select(f => f.Id);
    }

    [GeneratedRegex(@"^[a-z0-9_]+(\.[a-z0-9_]+)?$")]
    private static partial Regex IdForm();
}
