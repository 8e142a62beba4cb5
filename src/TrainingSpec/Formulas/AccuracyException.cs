using System.Reflection;
using TrainingSpec.Numbers;

namespace TrainingSpec.Formulas;

/// <summary>Marks the method that says in whose last places the errors of a formula count, where that is not the result itself.</summary>
/// <remarks>The method stands in the formula's class and takes its arguments; it gives a magnitude, or ∞ where nothing is promised. The chapter shows it and the reason.</remarks>
/// <param name="formula">The formula's id.</param>
/// <param name="reason">Why, as it goes on after a colon, without a full stop.</param>
[AttributeUsage(AttributeTargets.Method, Inherited = false)]
public sealed class AccuracyExceptionAttribute(string formula, string reason) : Attribute
{
    /// <summary>The formula's id.</summary>
    public string Formula { get; } = formula;

    /// <summary>Why, as it goes on after a colon, without a full stop.</summary>
    public string Reason { get; } = reason;
}

/// <summary>Where a formula is not right to a few units in the last place of its result, and in whose last places it is.</summary>
public sealed class AccuracyException
{
    /// <summary>How the sentence of every exception begins.</summary>
    public const string Opening = "Errors count in the last places of this: ";

    private readonly Formula _unit;

    private AccuracyException(Formula unit, string reason) => (_unit, Sentence) = (unit, $"{Opening}{reason}.");

    /// <summary>What the chapter says below the magnitude, with the reason.</summary>
    public string Sentence { get; }

    /// <summary>The magnitude as TeX.</summary>
    public string TeX => _unit.RightHandSide().TeX;

    /// <summary>The magnitude in whose last places errors count, for the formula's own arguments.</summary>
    /// <exception cref="ArgumentException">Another number of arguments than the formula takes.</exception>
    public T Unit<T>(ReadOnlySpan<T> args)
        where T : IReal<T> => _unit.EvaluateAny(args)[0];

    internal static AccuracyException? Of(Formula formula)
    {
        const BindingFlags Statics = BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;
        return formula.Method.DeclaringType!.GetMethods(Statics)
            .Select(method => (Method: method, Attribute: method.GetCustomAttribute<AccuracyExceptionAttribute>()))
            .Where(found => found.Attribute?.Formula == formula.Id)
            .Select(found => new AccuracyException(new Formula(found.Method, formula), found.Attribute!.Reason))
            .SingleOrDefault();
    }
}
