using System.Diagnostics.CodeAnalysis;

namespace TrainingSpec.Conformance.Oracle;

/// <summary>The operations that are implemented here: what the classes of the folder Operations answer.</summary>
public static class OperationTable
{
    private static readonly ILookup<string, IOperation> Made = typeof(OperationTable).Assembly.GetTypes()
        .Where(t => t.IsClass && !t.IsAbstract && typeof(IOperation).IsAssignableFrom(t))
        .Select(t => (IOperation)Activator.CreateInstance(t)!)
        .ToLookup(o => o.Name, StringComparer.Ordinal);

    private static readonly Dictionary<string, IOperation> Table = Made.ToDictionary(o => o.Key, o => o.First(), StringComparer.Ordinal);

    /// <summary>The names that several classes answer to, of which only the first is asked.</summary>
    public static IReadOnlyList<string> Twice { get; } = [.. Made.Where(o => o.Count() > 1).Select(o => o.Key)];

    /// <summary>The names, in order.</summary>
    public static IEnumerable<string> Names => Table.Keys.Order(StringComparer.Ordinal);

    /// <summary>Finds an operation by its name.</summary>
    public static bool TryFind(string name, [NotNullWhen(true)] out IOperation? operation) => Table.TryGetValue(name, out operation);
}
