using System.Globalization;
using TrainingSpec.Formulas;
using TrainingSpec.Numbers;

namespace TrainingSpec.Claims;

/// <summary>How a check shows its work: each call does what it says and writes down a step of the check that runs on this thread. Outside of a check nothing is written.</summary>
public static class Working
{
    // The same formula with other values is worked out in full so often; after that it is counted.
    private const int MostWorked = 8;

    /// <summary>A formula that makes a row of a row.</summary>
    /// <typeparam name="T">The number.</typeparam>
    public delegate void RowFormula<T>(ReadOnlySpan<T> row, Span<T> result);

    /// <summary>A formula that makes a number of a row.</summary>
    /// <typeparam name="T">The number.</typeparam>
    public delegate T RowSum<T>(ReadOnlySpan<T> row);

    /// <summary>Evaluates a formula, and shows its TeX, its arguments and every operation with the value that it gives.</summary>
    public static T Apply<T>(Func<T, T> formula, T a)
        where T : IReal<T> => Work(formula, [a], formula(a));

    /// <inheritdoc cref="Apply{T}(Func{T, T}, T)"/>
    public static T Apply<T>(Func<T, T, T> formula, T a, T b)
        where T : IReal<T> => Work(formula, [a, b], formula(a, b));

    /// <inheritdoc cref="Apply{T}(Func{T, T}, T)"/>
    public static T Apply<T>(Func<T, T, T, T> formula, T a, T b, T c)
        where T : IReal<T> => Work(formula, [a, b, c], formula(a, b, c));

    /// <inheritdoc cref="Apply{T}(Func{T, T}, T)"/>
    public static T Apply<T>(Func<T, T, T, T, T> formula, T a, T b, T c, T d)
        where T : IReal<T> => Work(formula, [a, b, c, d], formula(a, b, c, d));

    /// <inheritdoc cref="Apply{T}(Func{T, T}, T)"/>
    public static T Apply<T>(Func<T, T, T, T, T, T> formula, T a, T b, T c, T d, T e)
        where T : IReal<T> => Work(formula, [a, b, c, d, e], formula(a, b, c, d, e));

    /// <inheritdoc cref="Apply{T}(Func{T, T}, T)"/>
    public static T Apply<T>(Func<T, T, T, T, T, T, T> formula, T a, T b, T c, T d, T e, T f)
        where T : IReal<T> => Work(formula, [a, b, c, d, e, f], formula(a, b, c, d, e, f));

    /// <inheritdoc cref="Apply{T}(Func{T, T}, T)"/>
    public static T Apply<T>(Func<T, T, T, T, T, T, T, T, T> formula, T a, T b, T c, T d, T e, T f, T g, T h)
        where T : IReal<T> => Work(formula, [a, b, c, d, e, f, g, h], formula(a, b, c, d, e, f, g, h));

    /// <summary>Evaluates a formula of a row; shows its TeX, the row, the operations that give the first value, and all values.</summary>
    public static T[] ApplyRow<T>(RowFormula<T> formula, T[] row)
        where T : IReal<T>
    {
        var result = new T[row.Length];
        formula(row, result);
        Write(formula, row, result);
        return result;
    }

    /// <summary>Evaluates a formula that makes a number of a row; shows its TeX, the row and the operations.</summary>
    public static T Reduce<T>(RowSum<T> formula, T[] row)
        where T : IReal<T>
    {
        T result = formula(row);
        Write(formula, row, [result]);
        return result;
    }

    /// <summary>Shows the formula that an experiment is about.</summary>
    /// <param name="id">Its id, such as "adam.update".</param>
    /// <exception cref="ArgumentException">There is no such formula.</exception>
    public static void Uses(string id)
    {
        if (CheckScope.Recorder is { } steps && steps.FirstTime(id))
            steps.Add(new Step(StepKind.Formula, $"formula {id}: {FormulaCatalog.TeX(id)}"));
    }

    /// <summary>Shows a value under its name, and gives it back.</summary>
    public static T Value<T>(string name, T value)
    {
        CheckScope.Recorder?.Add(new Step(StepKind.Computed, $"{name} = {Digits.Of(value)}"));
        return value;
    }

    /// <summary>Shows what an experiment does, or what else a reader must know to repeat it.</summary>
    public static void Tried(string what) => CheckScope.Recorder?.Add(new Step(StepKind.Tried, what));

    /// <summary>Shows in how many of the cases something held, and gives the number back.</summary>
    public static int Counted(string what, int count, int of)
    {
        CheckScope.Recorder?.Add(new Step(StepKind.Tried, string.Create(CultureInfo.InvariantCulture, $"{what}: {count} of {of}")));
        return count;
    }

    /// <summary>Shows whether something holds, and gives that back.</summary>
    public static bool Holds(string what, bool holds)
    {
        CheckScope.Recorder?.Add(new Step(StepKind.Computed, $"{what}: {(holds ? "yes" : "no")}"));
        return holds;
    }

    /// <summary>Computes without showing it: the same again with other numbers, of which only the outcome counts.</summary>
    public static T Quiet<T>(Func<T> compute)
    {
        ArgumentNullException.ThrowIfNull(compute);
        using (CheckScope.Recorder?.Mute())
            return compute();
    }

    internal static void Compared(string text, params IReadOnlyList<string> details) => CheckScope.Recorder?.Add(new Step(StepKind.Compared, text) { Details = details });

    internal static void Read(string place, string name, string value) => CheckScope.Recorder?.Read(place, $"{name} = {value}");

    private static T Work<T>(Delegate formula, T[] args, T result)
        where T : IReal<T>
    {
        Write(formula, args, [result]);
        return result;
    }

    private static void Write<T>(Delegate formula, T[] args, T[] results)
        where T : IReal<T>
    {
        if (CheckScope.Recorder is not { } steps)
            return;
        Formula of = FormulaCatalog.Stated(formula.Method);
        if (!steps.FirstTime($"{of.Id}({string.Join("; ", args)})") || steps.Again(of.Id) > MostWorked)
            return;
        (IReadOnlyList<string> names, IReadOnlyList<string> operations) = of.Work<T>(Digits.Of, args);
        string arguments = of.Shape == FormulaShape.Scalar ? string.Join(", ", names.Zip(args, (name, value) => $"{name} = {Digits.Of(value)}")) : $"{of.Parameters[0].TeX} = {Digits.Of(args)}";
        List<string> details = [$"with {arguments}", .. operations];
        if (results.Length > 1)
            details.Add($"all values: {Digits.Of(results)}");
        else if (operations.Count == 0)
            details.Add($"value: {Digits.Of(results[0])}");
        steps.Add(new Step(StepKind.Formula, $"formula {of.Id}: {of.TeX}{(of.Shape == FormulaShape.Scalar || args.Length == 3 ? "" : " (written out for three)")}") { Details = details });
    }
}
