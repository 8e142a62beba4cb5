using System.Reflection;
using TrainingSpec.Conformance.Wrong;

namespace TrainingSpec.Conformance;

/// <summary>All wrong implementations, and what the rule checks find in them.</summary>
public static class WrongSuite
{
    /// <summary>Every wrong implementation, by name: what the lists of the folder Wrong hold.</summary>
    public static IReadOnlyDictionary<string, WrongImplementation> All { get; } = typeof(WrongSuite).Assembly.GetTypes()
        .Where(t => t.Namespace == typeof(WrongSoftmax).Namespace)
        .OrderBy(t => t.Name, StringComparer.Ordinal)
        .Select(t => t.GetProperty("All", BindingFlags.Static | BindingFlags.Public)?.GetValue(null))
        .OfType<IReadOnlyList<WrongImplementation>>()
        .SelectMany(x => x)
        .ToDictionary(w => w.Name, StringComparer.Ordinal);

    /// <summary>The wrong implementation of that name.</summary>
    /// <exception cref="ArgumentException">No such implementation; the message lists those there are.</exception>
    public static WrongImplementation Find(string wrongName) => All.TryGetValue(wrongName, out WrongImplementation? wrong)
        ? wrong
        : throw new ArgumentException($"wrong = {wrongName} is none of: {string.Join(", ", All.Keys)}", nameof(wrongName));

    /// <summary>The rules that a wrong implementation is found to break, in order; each check meets a fresh instance.</summary>
    /// <exception cref="ArgumentException">No such implementation.</exception>
    public static IReadOnlyList<string> FailedRules(string wrongName)
    {
        WrongImplementation wrong = Find(wrongName);
        var right = new ReferenceImplementation();
        return [.. RuleChecks.All.Where(c => c.Broken(wrong.Over(right)) is not null).Select(c => c.Rule).Distinct()];
    }
}
