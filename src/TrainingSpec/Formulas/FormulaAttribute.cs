namespace TrainingSpec.Formulas;

/// <summary>Marks the one method that states a formula; the standard battery runs for every method so marked.</summary>
/// <param name="id">Stable name, "topic.formula" in lower case with underscores.</param>
[AttributeUsage(AttributeTargets.Method, Inherited = false)]
public sealed class FormulaAttribute(string id) : Attribute
{
    /// <summary>Stable name, "topic.formula".</summary>
    public string Id { get; } = id;

    /// <summary>The left-hand side as TeX, such as "m_t"; the right-hand side comes from running the method over symbols.</summary>
    public string TeX { get; init; } = "";

    /// <summary>Where the formula is stated: a document and section, or a paper and equation.</summary>
    public string Source { get; init; } = "";

    /// <summary>What holds between arguments beyond their own domains, by their names in the code: "lrMin &lt;= lrMax, start &lt; total".</summary>
    public string Where { get; init; } = "";
}

/// <summary>The TeX name of a formula's parameter and the interval it may come from.</summary>
/// <param name="teX">The symbol, such as "\beta_1".</param>
/// <param name="domain">An interval in the usual notation: "[0, 1)", "(0, inf)", "(-inf, inf)".</param>
[AttributeUsage(AttributeTargets.Parameter)]
public sealed class DomainAttribute(string teX, string domain) : Attribute
{
    /// <summary>The symbol.</summary>
    public string TeX { get; } = teX;

    /// <summary>The interval, in the usual notation.</summary>
    public string Domain { get; } = domain;

    /// <summary>True where the parameter is a whole number held in the formula's number (a step, a count).</summary>
    public bool Whole { get; init; }
}
