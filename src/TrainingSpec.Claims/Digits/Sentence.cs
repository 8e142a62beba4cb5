using System.Globalization;
using System.Numerics;
using System.Text.RegularExpressions;
using TrainingSpec.Numbers;

namespace TrainingSpec.Claims;

/// <summary>Sentences of findings: numbers as people write them, yes and no in words.</summary>
internal static partial class Sentence
{
    private static readonly Format Plain = new();

    /// <summary>Writes a sentence; a number's format says how many digits it has ("G3", "F2"), and an exponent is written 3e-4.</summary>
    public static string Say(FormattableString sentence)
    {
        ArgumentNullException.ThrowIfNull(sentence);
        return sentence.ToString(Plain);
    }

    /// <summary>"a", "a and b", "a, b and c".</summary>
    public static string And(IEnumerable<string> parts)
    {
        string[] all = [.. parts];
        return all.Length < 2 ? string.Concat(all) : $"{string.Join(", ", all[..^1])} and {all[^1]}";
    }

    [GeneratedRegex(@"[eE]([+\-]?)0*(\d)")]
    private static partial Regex Exponent();

    private sealed class Format : IFormatProvider, ICustomFormatter
    {
        public object? GetFormat(Type? formatType) => formatType == typeof(ICustomFormatter) ? this : null;

        string ICustomFormatter.Format(string? format, object? arg, IFormatProvider? formatProvider) => arg switch
        {
            null => "nothing",
            bool truth => truth ? "yes" : "no",
            Real64 number => Number(number.Value, format),
            Real32 number => Number(number.Value, format),
            Precise number => Number((double)number, format),
            Rational exact when string.IsNullOrEmpty(format) => Digits.Of(exact),
            Rational exact => Number(exact.ToDouble(), format),
            double number => Number(number, format),
            float number => Number(number, format),
            IFormattable other => other.ToString(format, CultureInfo.InvariantCulture),
            _ => arg.ToString() ?? "",
        };

        private static string Number<T>(T number, string? format)
            where T : IFormattable, INumberBase<T> =>
            T.IsNaN(number) ? "NaN" : T.IsInfinity(number) ? T.IsNegative(number) ? "-inf" : "inf"
            : Exponent().Replace(number.ToString(format, CultureInfo.InvariantCulture), m => $"e{(m.Groups[1].Value == "-" ? "-" : "")}{m.Groups[2].Value}");
    }
}
