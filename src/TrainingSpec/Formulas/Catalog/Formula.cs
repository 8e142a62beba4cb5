using System.Collections.Concurrent;
using System.Reflection;
using TrainingSpec.Numbers;

namespace TrainingSpec.Formulas;

/// <summary>What a formula takes and gives.</summary>
public enum FormulaShape
{
    /// <summary>One to eight numbers to one number.</summary>
    Scalar,

    /// <summary>A row to a row of the same length.</summary>
    RowToRow,

    /// <summary>A row to one number.</summary>
    RowToScalar,
}

/// <summary>A parameter of a formula.</summary>
/// <param name="name">Its name in the code.</param>
/// <param name="attribute">What the formula says of it.</param>
public sealed class FormulaParameter(string name, DomainAttribute attribute)
{
    /// <summary>Its name in the code.</summary>
    public string Name { get; } = name;

    /// <summary>Its symbol.</summary>
    public string TeX => attribute.TeX;

    /// <summary>Where its values come from.</summary>
    public Domain Domain => attribute.Domain;

    /// <summary>True where it is a whole number held in the formula's number.</summary>
    public bool Whole => attribute.Whole;

    /// <summary>The hyperparameter that it is; null where it is none.</summary>
    public Hyperparameter? Hyperparameter => attribute.Hyperparameter;
}

/// <summary>One formula: the generic method that states it, its parameters, and ways to run it over any kind of number.</summary>
public sealed class Formula
{
    private const int MostArguments = 8;
    private readonly Lazy<string> _right;
    private readonly Lazy<AccuracyException?> _exception;

    internal Formula(MethodInfo method)
    {
        FormulaAttribute attribute = method.GetCustomAttribute<FormulaAttribute>() ?? throw Malformed(method, "it carries no [Formula]");
        Method = method;
        Id = attribute.Id;
        Left = attribute.TeX;
        Source = attribute.Source;
        Shape = ShapeOf(method);
        Parameters = [.. method.GetParameters().Where(p => !IsRow(p.ParameterType, typeof(Span<>))).Select(p => Describe(method, p))];
        Orders = ArgumentOrder.Parse(attribute.Where, Parameters);
        _right = new Lazy<string>(() => RightHandSide().TeX);
        _exception = new Lazy<AccuracyException?>(() => AccuracyException.Of(this));
    }

    // A method that takes the arguments of a formula, and perhaps more behind them, and is none itself.
    internal Formula(MethodInfo method, Formula of)
    {
        Method = method;
        Id = of.Id;
        Left = of.Left;
        Source = of.Source;
        Shape = ShapeOf(method);
        ParameterInfo[] more = Shape == FormulaShape.Scalar ? method.GetParameters()[Math.Min(of.Parameters.Count, method.GetParameters().Length)..] : [];
        Parameters = (Shape == FormulaShape.Scalar) == (of.Shape == FormulaShape.Scalar) && (Shape != FormulaShape.Scalar || method.GetParameters().Length >= of.Parameters.Count)
            ? [.. of.Parameters, .. more.Select(p => Describe(method, p))]
            : throw Malformed(method, $"it takes other arguments than {of.Id}");
        Orders = of.Orders;
        _right = new Lazy<string>(() => RightHandSide().TeX);
        _exception = new Lazy<AccuracyException?>((AccuracyException?)null);
    }

    private delegate void RowToRow<T>(ReadOnlySpan<T> row, Span<T> result);

    private delegate T RowToScalar<T>(ReadOnlySpan<T> row);

    /// <summary>Stable name, "topic.formula".</summary>
    public string Id { get; }

    /// <summary>The left-hand side as TeX.</summary>
    public string Left { get; }

    /// <summary>Where the formula is stated.</summary>
    public string Source { get; }

    /// <summary>The generic method that states it.</summary>
    public MethodInfo Method { get; }

    /// <summary>What it takes and gives.</summary>
    public FormulaShape Shape { get; }

    /// <summary>Its parameters in order; a row is one parameter.</summary>
    public IReadOnlyList<FormulaParameter> Parameters { get; }

    /// <summary>What holds between its arguments beyond their own domains; hosts see to it.</summary>
    public IReadOnlyList<ArgumentOrder> Orders { get; }

    /// <summary>In the last places of what its errors count, where that is not the result itself; null for none.</summary>
    public AccuracyException? Exception => _exception.Value;

    /// <summary>Left-hand side = right-hand side; a row formula is written out for the first of three elements.</summary>
    public string TeX => $"{(Shape == FormulaShape.RowToRow ? Left.Replace("_i", "_1", StringComparison.Ordinal) : Left)} = {_right.Value}";

    /// <summary>The value over one to eight numbers.</summary>
    /// <exception cref="InvalidOperationException">The formula takes a row.</exception>
    /// <exception cref="ArgumentException">Another number of arguments than parameters.</exception>
    public T Evaluate<T>(params ReadOnlySpan<T> args)
        where T : IReal<T>
    {
        if (Shape != FormulaShape.Scalar)
            throw new InvalidOperationException($"{Id} takes a row");
        if (args.Length != Parameters.Count)
            throw new ArgumentException($"args has {args.Length} numbers, {Id} takes {Parameters.Count}", nameof(args));
        return Over<T>() switch
        {
            Func<T, T> f => f(args[0]),
            Func<T, T, T> f => f(args[0], args[1]),
            Func<T, T, T, T> f => f(args[0], args[1], args[2]),
            Func<T, T, T, T, T> f => f(args[0], args[1], args[2], args[3]),
            Func<T, T, T, T, T, T> f => f(args[0], args[1], args[2], args[3], args[4]),
            Func<T, T, T, T, T, T, T> f => f(args[0], args[1], args[2], args[3], args[4], args[5]),
            Func<T, T, T, T, T, T, T, T> f => f(args[0], args[1], args[2], args[3], args[4], args[5], args[6]),
            Func<T, T, T, T, T, T, T, T, T> f => f(args[0], args[1], args[2], args[3], args[4], args[5], args[6], args[7]),
            _ => throw Malformed(Method, "its arguments fit no delegate"),
        };
    }

    /// <summary>The values over a row: as many as the row has for a row formula, one for a formula that reduces.</summary>
    /// <exception cref="InvalidOperationException">The formula takes numbers.</exception>
    /// <exception cref="ArgumentException">The row is empty and the formula needs one.</exception>
    public T[] EvaluateRow<T>(ReadOnlySpan<T> row)
        where T : IReal<T>
    {
        switch (Over<T>())
        {
            case RowToRow<T> f:
                var result = new T[row.Length];
                f(row, result);
                return result;
            case RowToScalar<T> f:
                return [f(row)];
            default:
                throw new InvalidOperationException($"{Id} takes numbers, not a row");
        }
    }

    /// <summary>The values for a flat list of arguments, whatever the shape: the numbers of a scalar formula, or a row.</summary>
    /// <exception cref="ArgumentException">Another number of arguments than the formula takes.</exception>
    public T[] EvaluateAny<T>(ReadOnlySpan<T> args)
        where T : IReal<T> => Shape == FormulaShape.Scalar ? [Evaluate(args)] : EvaluateRow(args);

    /// <summary>Throws where an argument lies outside its domain; of a row, every element is checked.</summary>
    /// <exception cref="ArgumentOutOfRangeException">One does; the message names it, its value and its domain.</exception>
    /// <exception cref="ArgumentException">Another number of arguments than parameters, or an empty row.</exception>
    public void Require(ReadOnlySpan<double> args)
    {
        bool row = Shape != FormulaShape.Scalar;
        if (row ? args.IsEmpty : args.Length != Parameters.Count)
            throw new ArgumentException($"args has {args.Length} numbers, {Id} takes {(row ? "a row of at least one" : Parameters.Count)}", nameof(args));
        for (int i = 0; i < args.Length; i++)
        {
            FormulaParameter parameter = Parameters[row ? 0 : i];
            if (!parameter.Domain.Contains(args[i]) || (parameter.Whole && args[i] != Math.Floor(args[i])))
                throw Domain.Outside((parameter.Whole ? "the whole numbers of " : "") + parameter.Domain, ((Real64)args[i]).ToString(), parameter.Name);
        }
    }

    /// <summary>The formula worked by hand: every operation of its expression with the value that it gives, operands before what uses them, the whole expression last.</summary>
    /// <param name="written">How a number is written.</param>
    /// <param name="args">A number for each parameter, or a row.</param>
    /// <returns>The names of the arguments, and a line for each operation, "t - w = 400", in which earlier results stand as numbers; of a formula that makes a row, those that give its first value.</returns>
    /// <exception cref="ArgumentException">Another number of arguments than parameters.</exception>
    public (IReadOnlyList<string> Names, IReadOnlyList<string> Operations) Work<T>(Func<T, string> written, params ReadOnlySpan<T> args)
        where T : IReal<T>
    {
        IReadOnlyList<string> names = Shape == FormulaShape.Scalar ? ArgumentNames() : [.. Enumerable.Range(1, args.Length).Select(i => $"{Parameters[0].TeX}_{i}")];
        Symbol right = EvaluateAny<Symbol>(names.Select(Symbol.Named).ToArray())[0];
        var values = new Dictionary<string, T>(StringComparer.Ordinal);
        for (int i = 0; i < args.Length; i++)
            values[names[i]] = args[i];
        string Value(Symbol operation) => written(operation.Evaluate(values));
        return (names, [.. right.Nodes.Select(operation => $"{operation.Over(Value)} = {Value(operation)}")]);
    }

    /// <summary>The right-hand side as an expression; a row formula's is that of the first of three elements x₁, x₂, x₃.</summary>
    public Symbol RightHandSide() => EvaluateAny<Symbol>(ArgumentNames().Select(Symbol.Named).ToArray())[0];

    /// <summary>The names that <see cref="RightHandSide"/> uses for its arguments, in order.</summary>
    public IReadOnlyList<string> ArgumentNames() => Shape == FormulaShape.Scalar
        ? [.. Parameters.Select(p => p.TeX)]
        : [.. Enumerable.Range(1, 3).Select(i => $"{Parameters[0].TeX}_{i}")];

    /// <inheritdoc/>
    public override string ToString() => Id;

    private Delegate Over<T>() => Delegates<T>.ByMethod.GetOrAdd(Method, _ => Bind<T>());

    private Delegate Bind<T>()
    {
        MethodInfo closed = Method.MakeGenericMethod(typeof(T));
        Type type = Shape switch
        {
            FormulaShape.RowToRow => typeof(RowToRow<T>),
            FormulaShape.RowToScalar => typeof(RowToScalar<T>),
            _ => System.Linq.Expressions.Expression.GetFuncType([.. Enumerable.Repeat(typeof(T), Parameters.Count + 1)]),
        };
        return closed.CreateDelegate(type);
    }

    private static FormulaShape ShapeOf(MethodInfo method)
    {
        if (!method.IsStatic || method.GetGenericArguments() is not [Type number])
            throw Malformed(method, "it is no static method with one type parameter");
        Type[] parameters = Array.ConvertAll(method.GetParameters(), p => p.ParameterType);
        bool gives = method.ReturnType == number;
        return parameters switch
        {
            [Type row] when gives && IsRow(row, typeof(ReadOnlySpan<>)) => FormulaShape.RowToScalar,
            [Type row, Type result] when method.ReturnType == typeof(void) && IsRow(row, typeof(ReadOnlySpan<>)) && IsRow(result, typeof(Span<>)) => FormulaShape.RowToRow,
            { Length: >= 1 and <= MostArguments } when gives && Array.TrueForAll(parameters, p => p == number) => FormulaShape.Scalar,
            _ => throw Malformed(method, "it neither takes one to eight numbers nor a row"),
        };
    }

    private static FormulaParameter Describe(MethodInfo method, ParameterInfo parameter)
    {
        DomainAttribute domain = parameter.GetCustomAttribute<DomainAttribute>() ?? throw Malformed(method, $"parameter {parameter.Name} carries no [Domain]");
        return new FormulaParameter(parameter.Name!, domain);
    }

    private static bool IsRow(Type type, Type span) => type.IsGenericType && type.GetGenericTypeDefinition() == span;

    private static InvalidOperationException Malformed(MethodInfo method, string why) =>
        new($"{method.DeclaringType?.Name}.{method.Name} is no formula: {why}");

    private static class Delegates<T>
    {
        public static readonly ConcurrentDictionary<MethodInfo, Delegate> ByMethod = new();
    }
}
