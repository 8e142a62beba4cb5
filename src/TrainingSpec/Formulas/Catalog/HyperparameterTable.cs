using System.Text;
using TrainingSpec.Numbers;

namespace TrainingSpec.Formulas;

/// <summary>Hyperparameters as a table of the book: what stands there is read from <see cref="Hyperparameters"/>.</summary>
public static class HyperparameterTable
{
    /// <summary>The table in Markdown, a line feed after each line.</summary>
    /// <param name="entries">Hyperparameters, in order.</param>
    public static string Of(IEnumerable<Hyperparameter> entries)
    {
        ArgumentNullException.ThrowIfNull(entries);
        var table = new StringBuilder("| argument | symbol | domain | default | unit |\n|---|---|---|---|---|\n");
        foreach (Hyperparameter entry in entries)
            table.Append("| ").Append(Row(entry)).Append(" |\n");
        return table.ToString();
    }

    /// <summary>The cells of one hyperparameter.</summary>
    public static string Row(Hyperparameter entry)
    {
        ArgumentNullException.ThrowIfNull(entry);
        string domain = (entry.Whole ? "whole, " : "") + entry.Domain.ToString().Replace("inf", "∞", StringComparison.Ordinal);
        return $"`{entry.Name}` | {entry.Symbol} | {domain} | {(entry.Otherwise is { } value ? Text(value) : "")} | {entry.Unit}";
    }

    /// <summary>A value as the book writes it: 0.999, 1e-8.</summary>
    public static string Text(double value) => ReadBack.Text(value).Replace("E-0", "e-", StringComparison.Ordinal).Replace("E", "e", StringComparison.Ordinal);

    /// <summary>The entries of these names in <see cref="Hyperparameters"/>, in order.</summary>
    /// <param name="names">Names with blanks between them.</param>
    /// <exception cref="ArgumentException">There is none of a name.</exception>
    public static IEnumerable<Hyperparameter> Named(string names)
    {
        ArgumentNullException.ThrowIfNull(names);
        return names.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(name => Hyperparameters.All.TryGetValue(name, out Hyperparameter? entry)
            ? entry
            : throw new ArgumentException($"{name} is no entry of {nameof(Hyperparameters)}", nameof(names)));
    }
}
