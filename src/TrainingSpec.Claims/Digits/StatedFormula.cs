using System.Globalization;
using TrainingSpec.Numbers;

namespace TrainingSpec.Claims;

/// <summary>A formula as a document states it, as data: "theta - alpha * m / (sqrt(v) + eps)", "-sum(y * log(p))". It can be evaluated over every kind of number.</summary>
/// <remarks>
/// + - * / ^ and parentheses; names of letters, digits and _; pi; sqrt exp expm1 log (ln) log1p cos sin tanh abs floor, pow(x, y), min and max of two or of a row;
/// a name that stands for a row is taken entry by entry, and sum, mean, prod, norm, count make a number of it; if(a &lt; b, x, y).
/// </remarks>
public sealed class StatedFormula
{
    private readonly FormulaNode _root;

    private StatedFormula(string text, FormulaNode root) => (Text, _root) = (text, root);

    /// <summary>The text.</summary>
    public string Text { get; }

    /// <summary>The names of its variables, in order of first use.</summary>
    public IReadOnlyList<string> Names => [.. _root.Names().Distinct()];

    /// <summary>The formula as TeX; rows are shown as their names.</summary>
    public string TeX => Evaluate<Symbol>(name => [Symbol.Named(name)]).ToString() ?? Text;

    /// <summary>Reads a formula.</summary>
    /// <exception cref="FormatException">It is written otherwise; the message names the place.</exception>
    public static StatedFormula Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return new StatedFormula(text, new FormulaReader(text).Read());
    }

    /// <summary>Its value.</summary>
    /// <typeparam name="T">The number.</typeparam>
    /// <param name="variables">The value of a name: one number, or a row.</param>
    /// <exception cref="FormatException">A row remains, or rows of unequal length meet.</exception>
    public T Evaluate<T>(Func<string, T[]> variables)
        where T : IReal<T> => _root.Evaluate(variables) is [var one] ? one : throw new FormatException($"'{Text}' is a row and not a number");

    /// <summary>Its value for single numbers.</summary>
    /// <typeparam name="T">The number.</typeparam>
    /// <param name="variables">The names with their values.</param>
    /// <exception cref="FormatException">A name has no value.</exception>
    public T At<T>(params (string Name, T Value)[] variables)
        where T : IReal<T> => Evaluate(name => Array.FindIndex(variables, v => v.Name == name) is var i and >= 0
            ? new[] { variables[i].Value }
            : throw new FormatException($"'{Text}' holds {name}, which is none of {string.Join(", ", variables.Select(v => v.Name))}"));

    /// <inheritdoc/>
    public override string ToString() => Text;
}

/// <summary>A node of a stated formula: a number, a name, or a function of nodes.</summary>
/// <param name="What">The number's or the name's text, or the function's name.</param>
/// <param name="Inner">What the function is of; none for a number or a name.</param>
internal sealed record FormulaNode(string What, params IReadOnlyList<FormulaNode> Inner)
{
    private bool IsNumber => Inner.Count == 0 && (char.IsAsciiDigit(What[0]) || What[0] == '.');

    public IEnumerable<string> Names() => Inner.Count > 0 ? Inner.SelectMany(n => n.Names()) : IsNumber || What == "pi" ? [] : [What];

    public T[] Evaluate<T>(Func<string, T[]> variables)
        where T : IReal<T>
    {
        if (Inner.Count == 0)
            return IsNumber ? [Number<T>()] : What == "pi" ? [T.Pi] : variables(What);
        T[][] x = [.. Inner.Select(n => n.Evaluate(variables))];
        return (What, x.Length) switch
        {
            ("+", 2) => Each(x, v => v[0] + v[1]),
            ("-", 2) => Each(x, v => v[0] - v[1]),
            ("*", 2) => Each(x, v => v[0] * v[1]),
            ("/", 2) => Each(x, v => v[0] / v[1]),
            ("-", 1) => Each(x, v => -v[0]),
            ("^", 2) when Inner[1].IsNumber && int.TryParse(Inner[1].What, CultureInfo.InvariantCulture, out _) => Each(x, v => T.Power(v[0], v[1])),
            ("^" or "pow", 2) => Each(x, v => T.Pow(v[0], v[1])),
            ("sqrt", 1) => Each(x, v => T.Sqrt(v[0])),
            ("exp", 1) => Each(x, v => T.Exp(v[0])),
            ("expm1", 1) => Each(x, v => T.Expm1(v[0])),
            ("log" or "ln", 1) => Each(x, v => T.Log(v[0])),
            ("log1p", 1) => Each(x, v => T.Log1p(v[0])),
            ("cos", 1) => Each(x, v => T.Cos(v[0])),
            ("sin", 1) => Each(x, v => T.Sin(v[0])),
            ("tanh", 1) => Each(x, v => T.Tanh(v[0])),
            ("abs", 1) => Each(x, v => T.Abs(v[0])),
            ("floor", 1) => Each(x, v => T.Floor(v[0])),
            ("min", 2) => Each(x, v => T.Min(v[0], v[1])),
            ("max", 2) => Each(x, v => T.Max(v[0], v[1])),
            ("min", 1) => [x[0].Aggregate(T.Min)],
            ("max", 1) => [x[0].Aggregate(T.Max)],
            ("sum", 1) => [x[0].Aggregate((a, b) => a + b)],
            ("prod", 1) => [x[0].Aggregate((a, b) => a * b)],
            ("count", 1) => [T.Of(x[0].Length)],
            ("mean", 1) => [x[0].Aggregate((a, b) => a + b) / T.Of(x[0].Length)],
            ("norm", 1) => [T.Sqrt(x[0].Select(v => v * v).Aggregate((a, b) => a + b))],
            ("if", 4) => Each(x, v => T.IfLess(v[0], v[1], v[2], v[3])),
            _ => throw new FormatException($"{What} of {x.Length} is none of the known functions"),
        };
    }

    // A decimal such as 0.9 is the quotient of two whole numbers, so that every kind of number comes as near as it can.
    private T Number<T>()
        where T : IReal<T>
    {
        var value = Rational.Parse(What);
        return value.Denominator.IsOne ? T.Of((double)value.Numerator) : T.Of((double)value.Numerator) / T.Of((double)value.Denominator);
    }

    private static T[] Each<T>(T[][] rows, Func<T[], T> entry)
    {
        int[] lengths = [.. rows.Select(r => r.Length).Where(n => n != 1).Distinct()];
        if (lengths.Length > 1)
            throw new FormatException($"rows of {string.Join(" and ", lengths)} entries meet");
        int length = lengths is [var one] ? one : 1;
        return [.. Enumerable.Range(0, length).Select(i => entry([.. rows.Select(r => r[r.Length == 1 ? 0 : i])]))];
    }
}

/// <summary>Reads a stated formula, the tighter operation first.</summary>
internal sealed class FormulaReader(string text)
{
    private int _at;

    /// <exception cref="FormatException">It is written otherwise.</exception>
    public FormulaNode Read()
    {
        FormulaNode whole = Sum();
        return Skip() == text.Length ? whole : throw Unexpected();
    }

    private FormulaNode Sum()
    {
        FormulaNode left = Product();
        while (Takes('+', '-') is { } sign)
            left = new FormulaNode(sign, left, Product());
        return left;
    }

    private FormulaNode Product()
    {
        FormulaNode left = Signed();
        while (Takes('*', '/') is { } sign)
            left = new FormulaNode(sign, left, Signed());
        return left;
    }

    private FormulaNode Signed() => Takes('-') is not null ? new FormulaNode("-", Signed()) : Power();

    private FormulaNode Power()
    {
        FormulaNode basis = Single();
        return Takes('^') is not null ? new FormulaNode("^", basis, Signed()) : basis;
    }

    private FormulaNode Single()
    {
        if (Takes('(') is not null)
        {
            FormulaNode inner = Sum();
            Needs(')');
            return inner;
        }

        int start = Skip();
        if (start < text.Length && (char.IsAsciiDigit(text[start]) || text[start] == '.'))
        {
            while (_at < text.Length && (char.IsAsciiDigit(text[_at]) || text[_at] == '.' || IsExponent()))
                _at += text[_at] is 'e' or 'E' ? 2 : 1;
            return Rational.TryParse(text[start.._at], out _) ? new FormulaNode(text[start.._at]) : throw Unexpected(start);
        }

        while (_at < text.Length && (char.IsLetter(text[_at]) || text[_at] == '_' || (_at > start && char.IsAsciiDigit(text[_at]))))
            _at++;
        if (_at == start)
            throw Unexpected();
        string name = text[start.._at];
        if (Takes('(') is null)
            return new FormulaNode(name);
        List<FormulaNode> arguments = [Sum()];
        while (Takes(',', '<') is not null)
            arguments.Add(Sum());
        Needs(')');
        return new FormulaNode(name, arguments);
    }

    private bool IsExponent() => text[_at] is 'e' or 'E' && _at + 1 < text.Length && (char.IsAsciiDigit(text[_at + 1]) || (text[_at + 1] is '-' or '+' && _at + 2 < text.Length && char.IsAsciiDigit(text[_at + 2])));

    private string? Takes(params ReadOnlySpan<char> signs)
    {
        if (Skip() < text.Length && signs.Contains(text[_at]))
            return text[_at++].ToString();
        return null;
    }

    private void Needs(char sign)
    {
        if (Takes(sign) is null)
            throw Unexpected();
    }

    private int Skip()
    {
        while (_at < text.Length && text[_at] == ' ')
            _at++;
        return _at;
    }

    private FormatException Unexpected(int? at = null) => new(string.Create(
        CultureInfo.InvariantCulture, $"'{text}' can't be read at place {(at ?? _at) + 1}{((at ?? _at) < text.Length ? $", '{text[(at ?? _at)..]}'" : ", its end")}"));
}
