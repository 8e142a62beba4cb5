using TrainingSpec.Checking;

namespace TrainingSpec.Conformance.Proofs;

/// <summary>All statements that <c>spec prove</c> decides.</summary>
public static class Statements
{
    /// <summary>The statements that hold, by name.</summary>
    public static IReadOnlyDictionary<string, Statement> All { get; } =
        new[] { ScheduleStatements.All, AdamStatements.All, LossStatements.All }.SelectMany(x => x).ToDictionary(s => s.Name, StringComparer.Ordinal);

    /// <summary>Statements that do not hold, planted or printed somewhere, by name: a proof must refute each with the place where it fails.</summary>
    public static IReadOnlyDictionary<string, Statement> False { get; } =
        new Statement[] { AdamStatements.PaperBound, new ScheduleStatements.CosineAtMostPeak(0.99) }.ToDictionary(s => s.Name, StringComparer.Ordinal);

    /// <summary>The statement of that name, in any case, true or false.</summary>
    /// <exception cref="ArgumentException">There is none; the message lists those there are.</exception>
    public static Statement Find(string name) =>
        All.Values.Concat(False.Values).FirstOrDefault(s => s.Name.Equals(name, StringComparison.OrdinalIgnoreCase))
        ?? throw new ArgumentException($"statement = {name} is none of: {string.Join(", ", All.Keys.Concat(False.Keys))}{NearNames.Question(name, All.Keys.Concat(False.Keys))}", nameof(name));
}
