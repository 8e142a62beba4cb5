using TrainingSpec.Numbers;

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

/// <summary>The TeX name of a formula's parameter and the interval it may come from; a hyperparameter has both from its own entry.</summary>
[AttributeUsage(AttributeTargets.Parameter)]
public sealed class DomainAttribute : Attribute
{
    private readonly string _teX = "", _domain = "";

    /// <summary>A parameter of the formula alone.</summary>
    /// <param name="teX">The symbol, such as "m_t".</param>
    /// <param name="domain">An interval in the usual notation: "[0, 1)", "(0, inf)", "(-inf, inf)".</param>
    public DomainAttribute(string teX, string domain) => (_teX, _domain) = (teX, domain);

    /// <summary>A hyperparameter.</summary>
    /// <param name="hyperparameter">Its name in <see cref="Hyperparameters"/>.</param>
    /// <exception cref="ArgumentException">There is none of this name.</exception>
    public DomainAttribute(string hyperparameter) => Hyperparameter = Hyperparameters.All.TryGetValue(hyperparameter, out Hyperparameter? known)
        ? known
        : throw new ArgumentException($"{hyperparameter} is no entry of {nameof(Hyperparameters)}", nameof(hyperparameter));

    /// <summary>The hyperparameter, where it is one.</summary>
    public Hyperparameter? Hyperparameter { get; }

    /// <summary>The symbol.</summary>
    public string TeX => Hyperparameter?.TeX ?? _teX;

    /// <summary>The interval.</summary>
    public Domain Domain => (Hyperparameter?.Domain ?? Domain.Parse(_domain)) is var domain && WithoutLowest ? domain with { LowOpen = true } : domain;

    /// <summary>True where the formula leaves out the lower end of a hyperparameter's domain.</summary>
    public bool WithoutLowest { get; init; }

    /// <summary>True where the parameter is a whole number held in the formula's number (a step, a count).</summary>
    public bool Whole { get => field || Hyperparameter is { Whole: true }; init; }
}
