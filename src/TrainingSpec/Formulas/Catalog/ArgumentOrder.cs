namespace TrainingSpec.Formulas;

/// <summary>That one argument of a formula may not exceed another.</summary>
/// <param name="Lesser">Index of the one.</param>
/// <param name="Greater">Index of the other.</param>
/// <param name="Strict">True where they may not be equal either.</param>
public sealed record ArgumentOrder(int Lesser, int Greater, bool Strict)
{
    /// <summary>True where the arguments are so ordered.</summary>
    public bool Holds(ReadOnlySpan<double> args) => Strict ? args[Lesser] < args[Greater] : args[Lesser] <= args[Greater];

    /// <summary>Reads "lrMin &lt;= lrMax, start &lt; total".</summary>
    /// <exception cref="FormatException">The text says something else, or names no parameter.</exception>
    internal static IReadOnlyList<ArgumentOrder> Parse(string text, IReadOnlyList<FormulaParameter> parameters) =>
        [.. text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(part => Part(part, parameters))];

    private static ArgumentOrder Part(string part, IReadOnlyList<FormulaParameter> parameters)
    {
        string[] words = part.Split(' ');
        int Index(string name) => parameters.TakeWhile(p => p.Name != name).Count() is var index && index < parameters.Count ? index : -1;
        return words is [var lesser, "<" or "<=", var greater] && Index(lesser) >= 0 && Index(greater) >= 0
            ? new ArgumentOrder(Index(lesser), Index(greater), words[1] == "<")
            : throw new FormatException($"'{part}' is no order of two parameters such as start < total");
    }
}
