using System.Reflection;
using TrainingSpec.Checking;
using TrainingSpec.Conformance.Oracle;

namespace TrainingSpec.Conformance.Judging;

/// <summary>The executable form of a rule: asks an implementation and throws <see cref="RuleBrokenException"/> where the answers break the rule.</summary>
/// <param name="Rule">The rule's id.</param>
/// <param name="Name">The check's name.</param>
/// <param name="Check">The check.</param>
public sealed record RuleCheck(string Rule, string Name, Action<Questions> Check)
{
    /// <summary>Runs the check; null where the rule holds, else one line that says how it is broken.</summary>
    /// <remarks>A refused or unsupported call breaks the rule too: a right implementation answers what the rule asks.</remarks>
    /// <param name="implementation">Who is asked.</param>
    /// <param name="roundoff">The unit roundoff by which answers are judged; null is float64's.</param>
    public string? Broken(IImplementation implementation, double? roundoff = null)
    {
        try
        {
            Check(new Questions(implementation, roundoff));
            return null;
        }
        catch (Exception e) when (e is RuleBrokenException or OracleException)
        {
            return e.Message;
        }
    }
}

/// <summary>All rule checks, found by their <see cref="RuleAttribute"/>.</summary>
public static class RuleChecks
{
    /// <summary>Every check, ordered by rule and name.</summary>
    public static IReadOnlyList<RuleCheck> All { get; } = Discover();

    /// <summary>The ids of the rules that an implementation breaks, in order.</summary>
    public static IReadOnlyList<string> BrokenBy(IImplementation implementation) =>
        [.. All.Where(c => c.Broken(implementation) is not null).Select(c => c.Rule).Distinct()];

    private static Lazy<IReadOnlyDictionary<RuleCheck, IReadOnlySet<string>>> Asked { get; } = new(() => All.ToDictionary(c => c, IReadOnlySet<string> (c) =>
    {
        var heard = new Recording(new ReferenceImplementation());
        return c.Broken(heard) is null ? heard.Exchanges.Select(e => e.Op).ToHashSet(StringComparer.Ordinal) : [];
    }));

    /// <summary>The operations that a check asks for. A check that the reference itself breaks tells nothing of others: it counts as asking for none.</summary>
    public static IReadOnlySet<string> OperationsOf(RuleCheck check) => Asked.Value[check];

    private static List<RuleCheck> Discover() => [.. In(typeof(RuleChecks).Assembly.GetTypes())];

    /// <summary>The checks of the given types; a method that has a rule and can't be asked is a check that always fails, so that it is told once and by its name.</summary>
    internal static IEnumerable<RuleCheck> In(params IEnumerable<Type> types) => types
        .SelectMany(t => t.GetMethods(BindingFlags.Static | BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly))
        .SelectMany(m => m.GetCustomAttributes<RuleAttribute>().Select(r => (r.Id, Method: m)))
        .OrderBy(x => x.Id, StringComparer.Ordinal).ThenBy(x => x.Method.Name, StringComparer.Ordinal)
        .Select(x => new RuleCheck(x.Id, x.Method.Name, Asking(x.Method)));

    private static Action<Questions> Asking(MethodInfo method) =>
        method.IsStatic && method.ReturnType == typeof(void) && method.GetParameters() is [{ ParameterType: var only }] && only == typeof(Questions)
            ? method.CreateDelegate<Action<Questions>>()
            : _ => throw new RuleBrokenException($"{method.DeclaringType?.Name}.{method.Name} is no check: it is no static method that takes {nameof(Questions)} and returns nothing");
}
