using System.Reflection;
using TrainingSpec.Checking;
using TrainingSpec.Conformance.Oracle;

namespace TrainingSpec.Conformance;

/// <summary>The executable form of a rule: asks an implementation and throws <see cref="RuleBrokenException"/> where the answers break the rule.</summary>
/// <param name="Rule">The rule's id.</param>
/// <param name="Name">The check's name.</param>
/// <param name="Check">The check.</param>
public sealed record RuleCheck(string Rule, string Name, Action<Questions> Check)
{
    /// <summary>Runs the check; null where the rule holds, else one line that says how it is broken.</summary>
    /// <remarks>A refused or unsupported call breaks the rule too: a right implementation answers what the rule asks.</remarks>
    public string? Broken(IImplementation implementation)
    {
        try
        {
            Check(new Questions(implementation));
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

    private static List<RuleCheck> Discover() =>
    [
        .. typeof(RuleChecks).Assembly.GetTypes()
            .SelectMany(t => t.GetMethods(BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic))
            .SelectMany(m => m.GetCustomAttributes<RuleAttribute>().Select(r => (r.Id, Method: m)))
            .Where(x => x.Method.ReturnType == typeof(void))
            .OrderBy(x => x.Id, StringComparer.Ordinal).ThenBy(x => x.Method.Name, StringComparer.Ordinal)
            .Select(x => new RuleCheck(x.Id, x.Method.Name, x.Method.CreateDelegate<Action<Questions>>())),
    ];
}
