namespace TrainingSpec.Numbers;

/// <summary>What an inner node of an expression does.</summary>
internal enum Operation
{
    Add, Subtract, Multiply, Divide, Negate, Sqrt, Exp, Expm1, Log, Log1p, Cos, Sin, Tanh, Erf, Erfc, NormalTwiceBelow, NormalBell, Pow, Power,
    Abs, Min, Max, Floor, Fma, Product, Proportion, Rewritten, BinaryScale, IfLess, IfEqual,
}

/// <summary>A constant.</summary>
internal sealed record NumberSymbol(double Value) : Symbol
{
    private protected override T EvaluateNode<T>(IReadOnlyDictionary<string, T> values) => T.Of(Value);
}

/// <summary>A variable.</summary>
internal sealed record NameSymbol(string Name) : Symbol
{
    private protected override T EvaluateNode<T>(IReadOnlyDictionary<string, T> values) =>
        values.TryGetValue(Name, out T? value) ? value
            : throw new ArgumentException($"values has no entry for \"{Name}\"; it has {string.Join(", ", values.Keys.Order(StringComparer.Ordinal))}.", nameof(values));
}

/// <summary>π.</summary>
internal sealed record PiSymbol : Symbol
{
    private protected override T EvaluateNode<T>(IReadOnlyDictionary<string, T> values) => T.Pi;
}

/// <summary>An operation on one to four operands.</summary>
internal sealed record OperationSymbol(Operation Operation, Symbol First, Symbol? Second = null, Symbol? Third = null, Symbol? Fourth = null) : Symbol
{
    /// <summary>The same operation on other operands.</summary>
    public OperationSymbol With(Func<Symbol, Symbol> other) =>
        new(Operation, other(First), Second is null ? null : other(Second), Third is null ? null : other(Third), Fourth is null ? null : other(Fourth));

    /// <summary>The form in which the mathematics states an operation that is computed in another; null of one that has a single form.</summary>
    public Symbol? Stated => Operation switch
    {
        Operation.Rewritten => First,
        Operation.NormalTwiceBelow => FirstOf(Elementary.NormalTwiceBelow(First)),
        Operation.NormalBell => FirstOf(Elementary.NormalBell(First)),
        _ => null,
    };

    public IEnumerable<Symbol> Operands => new[] { First, Second, Third, Fourth }.OfType<Symbol>();

    private protected override T EvaluateNode<T>(IReadOnlyDictionary<string, T> values)
    {
        T x = First.Evaluate(values);
        T y = Second is null ? x : Second.Evaluate(values);
        T z = Third is null ? x : Third.Evaluate(values);
        T w = Fourth is null ? x : Fourth.Evaluate(values);
        return Operation switch
        {
            Operation.Add => x + y,
            Operation.Subtract => x - y,
            Operation.Multiply => x * y,
            Operation.Divide => x / y,
            Operation.Negate => -x,
            Operation.Sqrt => T.Sqrt(x),
            Operation.Exp => T.Exp(x),
            Operation.Expm1 => T.Expm1(x),
            Operation.Log => T.Log(x),
            Operation.Log1p => T.Log1p(x),
            Operation.Cos => T.Cos(x),
            Operation.Sin => T.Sin(x),
            Operation.Tanh => T.Tanh(x),
            Operation.Erf => T.Erf(x),
            Operation.Erfc => T.Erfc(x),
            Operation.NormalTwiceBelow => T.NormalTwiceBelow(x),
            Operation.NormalBell => T.NormalBell(x),
            Operation.Pow => T.Pow(x, y),
            Operation.Power => T.Power(x, y),
            Operation.Abs => T.Abs(x),
            Operation.Min => T.Min(x, y),
            Operation.Max => T.Max(x, y),
            Operation.Floor => T.Floor(x),
            Operation.Fma => T.Fma(x, y, z),
            Operation.Product => T.Product(x, y, z),
            Operation.Proportion => T.Proportion(x, y, z),
            Operation.Rewritten => T.Rewritten(x, y),
            Operation.BinaryScale => T.BinaryScale(x),
            Operation.IfLess => T.IfLess(x, y, z, w),
            _ => T.IfEqual(x, y, z, w),
        };
    }

    private static Symbol FirstOf(Symbol rewritten) => ((OperationSymbol)rewritten).First;
}
