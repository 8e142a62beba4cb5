using System.Reflection;
using TrainingSpec.Numbers;

namespace TrainingSpec.Formulas;

/// <summary>Marks the method that says in whose last places the errors of a formula count, where that is not the result itself.</summary>
/// <remarks>
/// The method stands in the formula's class and takes its arguments; it gives a magnitude, or ∞ where nothing is promised. What holds for a format by its range takes that range as
/// further arguments: <see cref="SmallestNormal"/> and <see cref="Largest"/>. The chapter shows magnitude and reason.
/// </remarks>
/// <param name="formula">The formula's id.</param>
/// <param name="reason">Why, as it goes on after a colon, without a full stop.</param>
[AttributeUsage(AttributeTargets.Method, Inherited = false)]
public sealed class AccuracyExceptionAttribute(string formula, string reason) : Attribute
{
    /// <summary>The symbol of an argument that is the smallest normal number of the format.</summary>
    public const string SmallestNormal = @"\omega";

    /// <summary>The symbol of an argument that is the largest number of the format.</summary>
    public const string Largest = @"\Omega";

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
    private readonly string[] _further;

    private AccuracyException(Formula unit, Formula of, string reason)
    {
        _unit = unit;
        _further = [.. unit.Parameters.Skip(of.Parameters.Count).Select(p => p.TeX)];
        string? unknown = _further.FirstOrDefault(symbol => symbol is not (AccuracyExceptionAttribute.SmallestNormal or AccuracyExceptionAttribute.Largest));
        if (unknown is not null)
            throw new InvalidOperationException($"the exception of {of.Id} takes {unknown}, which no format has");
        string[] range = [.. _further.Select(symbol => symbol == AccuracyExceptionAttribute.Largest ? "Ω the largest" : "ω is the smallest normal number of the format")];
        Sentence = $"{Opening}{reason}{(range.Length == 0 ? "" : $"; {string.Join(" and ", range)}")}.";
    }

    /// <summary>What the chapter says below the magnitude, with the reason.</summary>
    public string Sentence { get; }

    /// <summary>The magnitude as TeX.</summary>
    public string TeX => _unit.RightHandSide().TeX;

    /// <summary>The magnitude in whose last places errors count, for the formula's own arguments in a format.</summary>
    /// <exception cref="ArgumentException">Another number of arguments than the formula takes.</exception>
    public T Unit<T, TFormat>(ReadOnlySpan<T> args)
        where T : IReal<T>
        where TFormat : IBinaryFormat<TFormat>
    {
        // The smallest normal number ω is 2^e for the least exponent e, and IEEE 754's largest one lies below 2^(2 − e).
        double normal = TFormat.SmallestSubnormal / (2 * TFormat.UnitRoundoff);
        return _unit.EvaluateAny<T>([.. args, .. _further.Select(symbol => T.Of(symbol == AccuracyExceptionAttribute.Largest ? (1 - TFormat.UnitRoundoff) * 2 / normal * 2 : normal))])[0];
    }

    internal static AccuracyException? Of(Formula formula)
    {
        const BindingFlags Statics = BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;
        return formula.Method.DeclaringType!.GetMethods(Statics)
            .Select(method => (Method: method, Attribute: method.GetCustomAttribute<AccuracyExceptionAttribute>()))
            .Where(found => found.Attribute?.Formula == formula.Id)
            .Select(found => new AccuracyException(new Formula(found.Method, formula), formula, found.Attribute!.Reason))
            .SingleOrDefault();
    }
}
