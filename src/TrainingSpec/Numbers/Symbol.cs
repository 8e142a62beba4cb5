namespace TrainingSpec.Numbers;

/// <summary>An expression: running a formula over symbols gives the formula itself, as a tree and as TeX.</summary>
/// <remarks>
/// Only exact identities are simplified: x + 0, x − 0, 0 − x, 1·x, x/1, −(−x), x¹; they hold for every finite x up to the sign of zero. Two symbols are equal where their trees are.
/// </remarks>
public abstract partial record Symbol : IReal<Symbol>
{
    private protected Symbol() { }

    /// <summary>A variable with its TeX name, such as "\beta_1".</summary>
    public static Symbol Named(string teX)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(teX);
        return new NameSymbol(teX);
    }

    /// <inheritdoc/>
    public static Symbol Of(double value) => new NumberSymbol(value);

    /// <summary>A constant.</summary>
    public static implicit operator Symbol(double value) => Of(value);

    /// <inheritdoc/>
    public static Symbol Pi => new PiSymbol();

    /// <summary>x + y.</summary>
    public static Symbol operator +(Symbol x, Symbol y) =>
        IsNumber(x, 0) ? y : IsNumber(y, 0) ? x : new OperationSymbol(Operation.Add, x, y);

    /// <summary>x − y.</summary>
    public static Symbol operator -(Symbol x, Symbol y) =>
        IsNumber(y, 0) ? x : IsNumber(x, 0) ? -y : new OperationSymbol(Operation.Subtract, x, y);

    /// <summary>x · y.</summary>
    public static Symbol operator *(Symbol x, Symbol y) =>
        IsNumber(x, 1) ? y : IsNumber(y, 1) ? x : new OperationSymbol(Operation.Multiply, x, y);

    /// <summary>x / y.</summary>
    public static Symbol operator /(Symbol x, Symbol y) =>
        IsNumber(y, 1) ? x : new OperationSymbol(Operation.Divide, x, y);

    /// <summary>−x.</summary>
    public static Symbol operator -(Symbol x) => x switch
    {
        NumberSymbol number => new NumberSymbol(-number.Value),
        OperationSymbol { Operation: Operation.Negate } inner => inner.First,
        _ => new OperationSymbol(Operation.Negate, x),
    };

    /// <inheritdoc/>
    public static Symbol Sqrt(Symbol x) => new OperationSymbol(Operation.Sqrt, x);

    /// <inheritdoc/>
    public static Symbol Exp(Symbol x) => new OperationSymbol(Operation.Exp, x);

    /// <inheritdoc/>
    public static Symbol Expm1(Symbol x) => new OperationSymbol(Operation.Expm1, x);

    /// <inheritdoc/>
    public static Symbol Log(Symbol x) => new OperationSymbol(Operation.Log, x);

    /// <inheritdoc/>
    public static Symbol Log1p(Symbol x) => new OperationSymbol(Operation.Log1p, x);

    /// <inheritdoc/>
    public static Symbol Cos(Symbol x) => new OperationSymbol(Operation.Cos, x);

    /// <inheritdoc/>
    public static Symbol Sin(Symbol x) => new OperationSymbol(Operation.Sin, x);

    /// <inheritdoc/>
    public static Symbol Tanh(Symbol x) => new OperationSymbol(Operation.Tanh, x);

    /// <inheritdoc/>
    public static Symbol Erf(Symbol x) => new OperationSymbol(Operation.Erf, x);

    /// <inheritdoc/>
    public static Symbol Erfc(Symbol x) => new OperationSymbol(Operation.Erfc, x);

    /// <inheritdoc/>
    public static Symbol NormalTwiceBelow(Symbol x) => new OperationSymbol(Operation.NormalTwiceBelow, x);

    /// <inheritdoc/>
    public static Symbol NormalBell(Symbol x) => new OperationSymbol(Operation.NormalBell, x);

    /// <inheritdoc/>
    public static Symbol Pow(Symbol x, Symbol y) => new OperationSymbol(Operation.Pow, x, y);

    /// <inheritdoc/>
    public static Symbol Power(Symbol x, Symbol n) => IsNumber(n, 1) ? x : new OperationSymbol(Operation.Power, x, n);

    /// <inheritdoc/>
    public static Symbol Abs(Symbol x) => new OperationSymbol(Operation.Abs, x);

    /// <inheritdoc/>
    public static Symbol Min(Symbol x, Symbol y) => new OperationSymbol(Operation.Min, x, y);

    /// <inheritdoc/>
    public static Symbol Max(Symbol x, Symbol y) => new OperationSymbol(Operation.Max, x, y);

    /// <inheritdoc/>
    public static Symbol Floor(Symbol x) => new OperationSymbol(Operation.Floor, x);

    /// <inheritdoc/>
    public static Symbol Fma(Symbol x, Symbol y, Symbol z) => new OperationSymbol(Operation.Fma, x, y, z);

    /// <inheritdoc/>
    public static Symbol BinaryScale(Symbol x) => new OperationSymbol(Operation.BinaryScale, x);

    /// <inheritdoc/>
    public static Symbol IfLess(Symbol x, Symbol y, Symbol then, Symbol otherwise) => new OperationSymbol(Operation.IfLess, x, y, then, otherwise);

    /// <inheritdoc/>
    public static Symbol IfEqual(Symbol x, Symbol y, Symbol then, Symbol otherwise) => new OperationSymbol(Operation.IfEqual, x, y, then, otherwise);

    /// <inheritdoc/>
    public static bool AllLess(Symbol x, Symbol y) => false;

    /// <inheritdoc/>
    public static bool AllEqual(Symbol x, Symbol y) => x == y;

    /// <inheritdoc/>
    public static Symbol Product(Symbol x, Symbol y, Symbol z) => new OperationSymbol(Operation.Product, x, y, z);

    /// <inheritdoc/>
    public static Symbol Proportion(Symbol x, Symbol y, Symbol z) => new OperationSymbol(Operation.Proportion, x, y, z);

    /// <inheritdoc/>
    public static bool States => true;

    /// <summary>Both forms; the first is shown.</summary>
    public static Symbol Rewritten(Symbol stated, Symbol computed) => new OperationSymbol(Operation.Rewritten, stated, computed);

    /// <summary>The expression in TeX.</summary>
    public string TeX => SymbolTeX.Show(this);

    /// <summary>The outermost operation in TeX, over operands that are worked out: names and constants stand as they are, operations as what they give.</summary>
    /// <param name="worked">What an operand gives, written.</param>
    public string Over(Func<Symbol, string> worked)
    {
        ArgumentNullException.ThrowIfNull(worked);
        if (this is OperationSymbol { Stated: OperationSymbol stated })
            return stated.Over(worked);
        return this is OperationSymbol operation ? SymbolTeX.Show(operation.With(x => x is OperationSymbol ? Named(Braced(worked(x))) : x)) : TeX;
    }

    private static string Braced(string number) => number.StartsWith('-') ? $"({number})" : number;

    /// <summary>The expression in TeX.</summary>
    public sealed override string ToString() => TeX;

    /// <summary>The value of the expression over any kind of number.</summary>
    /// <param name="values">A value for each name, by its TeX.</param>
    /// <exception cref="ArgumentException">A name has no value.</exception>
    public T Evaluate<T>(IReadOnlyDictionary<string, T> values) where T : IReal<T>
    {
        ArgumentNullException.ThrowIfNull(values);
        return EvaluateNode(values);
    }

    /// <summary>The value of the expression in double precision.</summary>
    /// <inheritdoc cref="Evaluate{T}"/>
    public double Evaluate(IReadOnlyDictionary<string, double> values)
    {
        ArgumentNullException.ThrowIfNull(values);
        return Evaluate<Real64>(values.ToDictionary(pair => pair.Key, pair => (Real64)pair.Value));
    }

    /// <summary>Every distinct operation of the tree, operands before what uses them, the whole expression last: the steps of a computation by hand.</summary>
    public IEnumerable<Symbol> Nodes
    {
        get
        {
            var seen = new HashSet<Symbol>();
            return Steps(this, seen);
        }
    }

    /// <summary>The distinct names in the tree, in the order of their first use.</summary>
    public IEnumerable<string> Names => Leaves(this).OfType<NameSymbol>().Select(name => name.Name).Distinct();

    private protected abstract T EvaluateNode<T>(IReadOnlyDictionary<string, T> values) where T : IReal<T>;

    private static bool IsNumber(Symbol x, double value) => x is NumberSymbol number && number.Value == value;

    private static IEnumerable<Symbol> Steps(Symbol symbol, HashSet<Symbol> seen)
    {
        if (symbol is not OperationSymbol operation || !seen.Add(symbol))
            yield break;

        // The steps by hand are those of the form that is shown; its last one is the value as it is computed.
        if (operation is { Stated: OperationSymbol stated })
            (operation, _) = (stated, seen.Add(stated));
        foreach (Symbol operand in operation.Operands)
            foreach (Symbol step in Steps(operand, seen))
                yield return step;
        yield return symbol;
    }

    private static IEnumerable<Symbol> Leaves(Symbol symbol) =>
        symbol is OperationSymbol operation ? operation.Operands.SelectMany(Leaves) : [symbol];
}
