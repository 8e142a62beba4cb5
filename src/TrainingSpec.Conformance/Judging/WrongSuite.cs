using System.Reflection;
using TrainingSpec.Checking;
using TrainingSpec.Conformance.Wrong;

namespace TrainingSpec.Conformance.Judging;

/// <summary>All wrong implementations, and what the rule checks find in them.</summary>
public static class WrongSuite
{
    private static readonly ILookup<string, WrongImplementation> Listed = typeof(WrongSuite).Assembly.GetTypes()
        .Where(t => t.Namespace == typeof(WrongSoftmax).Namespace)
        .OrderBy(t => t.Name, StringComparer.Ordinal)
        .Select(t => t.GetProperty("All", BindingFlags.Static | BindingFlags.Public)?.GetValue(null))
        .OfType<IReadOnlyList<WrongImplementation>>()
        .SelectMany(x => x)
        .ToLookup(w => w.Name, StringComparer.Ordinal);

    /// <summary>Every wrong implementation, by name: what the lists of the folder Wrong hold.</summary>
    public static IReadOnlyDictionary<string, WrongImplementation> All { get; } = Listed.ToDictionary(w => w.Key, w => w.First(), StringComparer.Ordinal);

    /// <summary>The names that several of the lists hold, of which only the first is in <see cref="All"/>.</summary>
    public static IReadOnlyList<string> Twice { get; } = [.. Listed.Where(w => w.Count() > 1).Select(w => w.Key)];

    /// <summary>The wrong implementation of that name, in any case.</summary>
    /// <exception cref="ArgumentException">No such implementation; the message says which are near and where all of them are listed.</exception>
    public static WrongImplementation Find(string wrongName) => All.Values.FirstOrDefault(w => w.Name.Equals(wrongName, StringComparison.OrdinalIgnoreCase))
        ?? throw new ArgumentException($"wrong = {wrongName} is none of the {All.Count} that spec list wrong lists{NearNames.Question(wrongName, All.Keys)}", nameof(wrongName));

    /// <summary>The rules that a wrong implementation is found to break, in order; each check meets a fresh instance.</summary>
    /// <exception cref="ArgumentException">No such implementation.</exception>
    public static IReadOnlyList<string> FailedRules(string wrongName)
    {
        WrongImplementation wrong = Find(wrongName);
        var right = new ReferenceImplementation();

        // A check that asks nothing that is distorted gets the reference's answers and holds, as it does for the reference.
        IEnumerable<string> distorted = wrong.Create().Keys;
        return [.. RuleChecks.All.Where(c => RuleChecks.OperationsOf(c).Overlaps(distorted) && c.Broken(wrong.Over(right)) is not null).Select(c => c.Rule).Distinct()];
    }
}
