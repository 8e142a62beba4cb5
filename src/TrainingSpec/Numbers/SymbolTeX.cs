using System.Globalization;

namespace TrainingSpec.Numbers;

/// <summary>Prints expressions as TeX with no parentheses but the needed ones.</summary>
internal static class SymbolTeX
{
    // How tightly an expression holds together; an operand looser than its place is put in parentheses.
    private enum Tightness { Sum, Product, Prefix, Fraction, Atom }

    public static string Show(Symbol symbol) => Print(Plain(symbol));

    // The form in which the mathematics states it, with products written out.
    private static Symbol Plain(Symbol symbol)
    {
        if (symbol is not OperationSymbol node)
            return symbol;
        if (node.Stated is { } stated)
            return Plain(stated);
        Symbol x = Plain(node.First);
        Symbol? y = node.Second is null ? null : Plain(node.Second);
        Symbol? z = node.Third is null ? null : Plain(node.Third), w = node.Fourth is null ? null : Plain(node.Fourth);
        return node.Operation switch
        {
            Operation.Product => x * y! * z!,
            Operation.Proportion => x * y! / z!,
            _ => new OperationSymbol(node.Operation, x, y, z, w),
        };
    }

    private static string Print(Symbol symbol) => symbol switch
    {
        NumberSymbol number => Number(number.Value),
        NameSymbol name => name.Name,
        PiSymbol => "\\pi",
        OperationSymbol operation => Print(operation),
        _ => throw new InvalidOperationException($"no TeX for {symbol.GetType().Name}."),
    };

    private static string Print(OperationSymbol node)
    {
        string X() => Print(node.First);
        string Y() => Print(node.Second!);
        return node.Operation switch
        {
            Operation.Add => Sum(Print(node.First), node.Second!),
            Operation.Subtract => $"{Print(node.First)} - {Within(node.Second!, Tightness.Product)}",
            Operation.Multiply => Product(node.First, node.Second!),
            Operation.Divide => $"\\frac{{{X()}}}{{{Y()}}}",
            Operation.Negate => $"-{Within(node.First, Tightness.Product)}",
            Operation.Sqrt => $"\\sqrt{{{X()}}}",
            Operation.Exp => $"e^{{{X()}}}",
            Operation.Expm1 => $"e^{{{X()}}} - 1",
            Operation.Log => Function("\\ln", node.First),
            Operation.Log1p => $"\\ln\\left({Sum("1", node.First)}\\right)",
            Operation.Cos => Function("\\cos", node.First),
            Operation.Sin => Function("\\sin", node.First),
            Operation.Tanh => Function("\\tanh", node.First),
            Operation.Erf => Function("\\operatorname{erf}", node.First),
            Operation.Erfc => Function("\\operatorname{erfc}", node.First),
            Operation.Power or Operation.Pow => $"{Within(node.First, Tightness.Atom)}^{{{Y()}}}",
            Operation.Abs => $"\\lvert {X()} \\rvert",
            Operation.Min => $"\\min({X()}, {Y()})",
            Operation.Max => $"\\max({X()}, {Y()})",
            Operation.Floor => $"\\lfloor {X()} \\rfloor",
            Operation.Fma => Sum(Product(node.First, node.Second!), node.Third!),
            Operation.BinaryScale => $"2^{{\\lfloor \\log_2 \\lvert {X()} \\rvert \\rfloor}}",
            Operation.IfLess => Cases(node, "<"),
            _ => Cases(node, "="),
        };
    }

    private static string Sum(string first, Symbol second)
    {
        string text = Print(second);
        // a + (−b) reads a − b.
        return text.StartsWith('-') ? $"{first} - {text[1..]}" : $"{first} + {text}";
    }

    private static string Product(Symbol first, Symbol second)
    {
        string left = StartsNegative(first) ? Print(first) : IsBareFunction(first) ? $"\\left({Print(first)}\\right)" : Within(first, Tightness.Product);
        string right = Within(second, Tightness.Fraction);
        // Two digits side by side would read as one number.
        bool digits = char.IsAsciiDigit(right[0]) || (second is NumberSymbol && left.Length > 0);
        return digits ? $"{left} \\cdot {right}" : $"{left} \\, {right}";
    }

    // A minus sign in front of a product needs no parentheses of its own.
    private static bool StartsNegative(Symbol symbol) => symbol switch
    {
        NumberSymbol number => double.IsNegative(number.Value),
        OperationSymbol { Operation: Operation.Negate } => true,
        OperationSymbol { Operation: Operation.Multiply } product => StartsNegative(product.First),
        _ => false,
    };

    // ln x y would read as the logarithm of a product.
    private static bool IsBareFunction(Symbol symbol) => TightnessOf(symbol) == Tightness.Prefix;

    private static bool IsBare(Symbol argument) => argument is NameSymbol or PiSymbol || (argument is NumberSymbol { Value: >= 0 });

    private static string Function(string name, Symbol argument) =>
        IsBare(argument)
            ? $"{name} {Print(argument)}"
            : $"{name}\\left({Print(argument)}\\right)";

    private static string Cases(OperationSymbol node, string relation) =>
        $"\\begin{{cases}} {Print(node.Third!)} & \\text{{if }} {Print(node.First)} {relation} {Print(node.Second!)} \\\\ {Print(node.Fourth!)} & \\text{{otherwise}} \\end{{cases}}";

    private static string Within(Symbol symbol, Tightness place) =>
        TightnessOf(symbol) < place ? $"\\left({Print(symbol)}\\right)" : Print(symbol);

    private static Tightness TightnessOf(Symbol symbol) => symbol switch
    {
        NumberSymbol number when double.IsNegative(number.Value) => Tightness.Sum,
        NumberSymbol number when Number(number.Value).StartsWith('\\') => Tightness.Fraction,
        NumberSymbol number when Number(number.Value).Contains('\\', StringComparison.Ordinal) => Tightness.Product,
        OperationSymbol operation => operation.Operation switch
        {
            Operation.Add or Operation.Subtract or Operation.Fma or Operation.Negate or Operation.Expm1 or Operation.IfLess or Operation.IfEqual => Tightness.Sum,
            Operation.Multiply => StartsNegative(operation) ? Tightness.Sum : Tightness.Product,
            Operation.Log or Operation.Cos or Operation.Sin or Operation.Tanh or Operation.Erf or Operation.Erfc when !IsBare(operation.First) => Tightness.Fraction,
            Operation.Log or Operation.Cos or Operation.Sin or Operation.Tanh or Operation.Erf or Operation.Erfc => Tightness.Prefix,
            Operation.Divide or Operation.Exp or Operation.Log1p or Operation.Power or Operation.Pow or Operation.BinaryScale => Tightness.Fraction,
            _ => Tightness.Atom,
        },
        _ => Tightness.Atom,
    };

    private static string Number(double value)
    {
        if (double.IsNaN(value))
            return "\\text{NaN}";
        if (double.IsInfinity(value))
            return value > 0 ? "\\infty" : "-\\infty";
        if (value < 0)
            return "-" + Number(-value);
        if (value != Math.Floor(value) && value < 16 && 16 * value == Math.Floor(16 * value))
        {
            int denominator = 16;
            int numerator = (int)(16 * value);
            while (numerator % 2 == 0)
                (numerator, denominator) = (numerator / 2, denominator / 2);
            return $"\\tfrac{{{numerator}}}{{{denominator}}}";
        }
        string text = value.ToString("R", CultureInfo.InvariantCulture);
        int e = text.IndexOf('E', StringComparison.Ordinal);
        if (e < 0)
            return text;
        int power = int.Parse(text[(e + 1)..], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
        string digits = text[..e];
        string ten = string.Create(CultureInfo.InvariantCulture, $"10^{{{power}}}");
        return digits == "1" ? ten : $"{digits} \\times {ten}";
    }
}
