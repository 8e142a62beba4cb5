using System.Globalization;
using System.Text;
using TrainingSpec.Numbers;

namespace TrainingSpec.Formulas;

/// <summary>What is known of a hyperparameter. Formulas, options, the oracle, the book and error messages read it here and nowhere else.</summary>
/// <remarks>A hyperparameter is a real number, held in binary64, or a whole one; what is derived from it is rounded once to the number of the tensors.</remarks>
/// <param name="Name">Its name in the oracle protocol and in error messages.</param>
/// <param name="TeX">Its symbol.</param>
/// <param name="Domain">Where its values come from.</param>
/// <param name="Unit">What it is measured in; "1" for a pure number.</param>
public sealed record Hyperparameter(string Name, string TeX, Domain Domain, string Unit)
{
    private static readonly Dictionary<string, string> Letters = new(StringComparer.Ordinal)
    {
        ["alpha"] = "α",
        ["beta"] = "β",
        ["gamma"] = "γ",
        ["delta"] = "δ",
        ["epsilon"] = "ε",
        ["eta"] = "η",
        ["kappa"] = "κ",
        ["lambda"] = "λ",
        ["mu"] = "μ",
        ["xi"] = "ξ",
        ["psi"] = "ψ",
        ["rho"] = "ρ",
        ["sigma"] = "σ",
        ["tau"] = "τ",
        ["ell"] = "ℓ",
        ["max"] = "max",
        ["min"] = "min",
        ["mathrm"] = "",
    };

    /// <summary>True where it is a whole number.</summary>
    public bool Whole { get; init; }

    /// <summary>True where it keeps a quotient finite, so that a positive value must not become 0 by rounding.</summary>
    public bool Divides { get; init; }

    /// <summary>Its value where it is left out; null where it must be given.</summary>
    public double? Otherwise { get; init; }

    /// <summary>Its value where it is left out.</summary>
    /// <exception cref="InvalidOperationException">It must be given.</exception>
    public double Default => Otherwise ?? throw new InvalidOperationException($"{Name} has no default");

    /// <summary>The symbol as plain text: β₁, η_max, n_in.</summary>
    public string Symbol => PlainText(TeX);

    /// <summary>Returns the value, or throws an exception that names argument, value and domain.</summary>
    /// <param name="value">The value.</param>
    /// <param name="argument">The name in the message; <see cref="Name"/> where it is left out.</param>
    /// <exception cref="ArgumentOutOfRangeException">The value lies outside.</exception>
    public double Require(double value, string? argument = null) =>
        Domain.Contains(value) ? value : throw Outside(value.ToString("R", CultureInfo.InvariantCulture), argument);

    /// <summary>Returns the whole number, or throws an exception that names argument, value and domain.</summary>
    /// <param name="value">The value.</param>
    /// <param name="argument">The name in the message; <see cref="Name"/> where it is left out.</param>
    /// <exception cref="ArgumentOutOfRangeException">The value lies outside.</exception>
    public long Require(long value, string? argument = null) =>
        Domain.Contains(value) ? value : throw Outside(value.ToString(CultureInfo.InvariantCulture), argument);

    /// <summary>Returns the value, or throws where it lies outside or above another one.</summary>
    /// <param name="value">The value.</param>
    /// <param name="limit">What it may not exceed.</param>
    /// <param name="limitText">The limit's name in the message.</param>
    /// <param name="open">True where it may not reach the limit either.</param>
    /// <exception cref="ArgumentOutOfRangeException">The value lies outside.</exception>
    public double RequireUpTo(double value, double limit, string limitText, bool open = false) =>
        Domain.Contains(value) && (open ? value < limit : value <= limit)
            ? value
            : throw Domain.Outside(TextUpTo(limitText, open), value.ToString("R", CultureInfo.InvariantCulture), Name);

    /// <summary>Returns the whole number, or throws where it lies outside or above another one.</summary>
    /// <param name="value">The value.</param>
    /// <param name="limit">What it may not exceed.</param>
    /// <param name="limitText">The limit's name in the message.</param>
    /// <exception cref="ArgumentOutOfRangeException">The value lies outside.</exception>
    public long RequireUpTo(long value, long limit, string limitText) =>
        Domain.Contains(value) && value <= limit
            ? value
            : throw Domain.Outside(TextUpTo(limitText, open: false), value.ToString(CultureInfo.InvariantCulture), Name);

    /// <summary>The value as it was given, rounded once to the number of the tensors, where it multiplies or is added to their elements.</summary>
    /// <param name="value">The value, inside the domain.</param>
    /// <exception cref="ArgumentOutOfRangeException">The number can't hold it: it becomes infinite, leaves the domain, or becomes 0 under a quotient.</exception>
    public T Rounded<T>(double value)
        where T : IReal<T> => Straightforward.Is<T>() ? T.Of(value) : Rounded<T>((DoubleDouble)value);

    /// <summary>The value rounded once to the number of the tensors, where it multiplies or is added to their elements.</summary>
    /// <param name="value">The value, inside the domain.</param>
    /// <exception cref="ArgumentOutOfRangeException">The number can't hold it: it becomes infinite, leaves the domain, or becomes 0 under a quotient.</exception>
    public T Rounded<T>(DoubleDouble value)
        where T : IReal<T>
    {
        T rounded = value.To<T>();
        bool zero = T.AllEqual(rounded, T.Of(0)) && (double)value != 0;
        bool infinite = T.AllEqual(T.Abs(rounded), T.Of(double.PositiveInfinity)) && DoubleDouble.IsFinite(value);
        return infinite || (zero && (Divides || !Domain.Contains(0)))
            ? throw Domain.Outside($"{Domain} when rounded to {(rounded as IScalar)?.DataType ?? typeof(T).Name}", value.High.ToString("R", CultureInfo.InvariantCulture), Name)
            : rounded;
    }

    /// <summary>True where the number holds a value with all of its digits; false where it makes it subnormal or 0, so that what is derived from it asks for more.</summary>
    /// <param name="value">The value.</param>
    public static bool HasDigits<T>(double value)
        where T : IReal<T>
    {
        double scale = (double)Real64.BinaryScale(value);
        return DoubleDouble.ValueOf(T.Of(value)) is not { } held || DoubleDouble.ValueOf(T.Of(value / scale)) is not { } digits || (double)held == (double)digits * scale;
    }

    /// <summary>The exception for a value outside; its message is one line.</summary>
    /// <param name="value">The value's text.</param>
    /// <param name="argument">The name in the message; <see cref="Name"/> where it is left out.</param>
    public OutsideDomainException Outside(string value, string? argument = null) =>
        Domain.Outside(Domain.ToString(), value, argument ?? Name);

    private string TextUpTo(string limitText, bool open)
    {
        string whole = Domain.ToString();
        return $"{whole[..whole.IndexOf(',', StringComparison.Ordinal)]}, {limitText}{(open ? ')' : ']')}";
    }

    private static string PlainText(string teX)
    {
        var text = new StringBuilder();
        for (int i = 0; i < teX.Length; i++)
        {
            if (teX[i] == '\\')
            {
                int end = i + 1;
                while (end < teX.Length && char.IsAsciiLetter(teX[end]))
                    end++;
                text.Append(Letters[teX[(i + 1)..end]]);
                i = end - 1;
            }
            else if (teX[i] == '_' && i + 1 < teX.Length && char.IsAsciiDigit(teX[i + 1]))
            {
                text.Append((char)('₀' + (teX[++i] - '0')));
            }
            else if (teX[i] is not ('{' or '}'))
            {
                text.Append(teX[i] == '\'' ? '′' : teX[i]);
            }
        }

        return text.ToString();
    }
}
