using System.Globalization;
using TrainingSpec.Formulas;
using TrainingSpec.Numbers;

namespace TrainingSpec.Training;

/// <summary>Checks of lists of flat tensors, and questions about their elements that need an answer of true or false.</summary>
internal static class Tensors
{
    /// <summary>Returns the list, or throws where it or one of its tensors is missing or empty.</summary>
    /// <exception cref="ArgumentNullException">The list is null.</exception>
    /// <exception cref="ArgumentException">The list or a tensor is empty or null.</exception>
    public static T[][] RequireSome<T>(T[][] tensors, string argument)
    {
        if (tensors is null)
            throw new ArgumentNullException(argument, $"{argument} is missing");
        if (tensors.Length == 0)
            throw Bad(argument, $"{argument} = [] is outside lists of at least one tensor");
        for (int i = 0; i < tensors.Length; i++)
        {
            if (tensors[i] is not { Length: > 0 })
                throw Bad(argument, $"{argument}[{Text(i)}] = [] is outside tensors of at least one element");
        }

        return tensors;
    }

    /// <summary>A tensor of so many elements, made in one piece: a query whose length is not known in advance would leave parts of it in a pool.</summary>
    public static T[] Made<T>(int count, Func<int, T> element)
    {
        var made = new T[count];
        for (int i = 0; i < count; i++)
            made[i] = element(i);
        return made;
    }

    /// <summary>Throws unless both lists hold tensors of the same lengths.</summary>
    /// <exception cref="ShapeMismatchException">The lists or two tensors differ in length.</exception>
    public static void RequireSameShape<T>(T[][] expected, string expectedName, T[][] actual, string argument)
    {
        if (actual.Length != expected.Length)
            throw new ShapeMismatchException(argument, $"{argument} has {Text(actual.Length)} tensors, {expectedName} has {Text(expected.Length)}");
        for (int i = 0; i < expected.Length; i++)
        {
            if (actual[i].Length != expected[i].Length)
            {
                throw new ShapeMismatchException(
                    argument,
                    $"{argument}[{Text(i)}] has {Text(actual[i].Length)} elements, {expectedName}[{Text(i)}] has {Text(expected[i].Length)}");
            }
        }
    }

    /// <summary>Throws unless there are parameters, and gradients of the same shapes.</summary>
    /// <exception cref="ShapeMismatchException">Gradients of other shapes than the parameters.</exception>
    /// <exception cref="ArgumentException">No tensors, or an empty one.</exception>
    public static void RequireGradients<T>(T[][] parameters, T[][] grads) =>
        RequireSameShape(RequireSome(parameters, "params"), "params", RequireSome(grads, "grads"), "grads");

    /// <summary>A copy of a state's tensors, which must fit the parameters; zeros where there is no state yet.</summary>
    /// <exception cref="ArgumentException">The state belongs to tensors of other shapes.</exception>
    public static T[][] CopyOrZeros<T>(T[][]? stored, T[][] parameters)
        where T : IReal<T>
    {
        if (stored is null)
            return ZerosLike(parameters);
        RequireStateShape(parameters, stored);
        return Copy(stored);
    }

    /// <summary>Throws unless a state's tensors fit the parameters.</summary>
    /// <exception cref="ArgumentException">The state belongs to tensors of other shapes.</exception>
    private static void RequireStateShape<T>(T[][] parameters, T[][] stored)
    {
        if (stored.Length != parameters.Length)
            throw Bad("state", $"state holds {Text(stored.Length)} tensors, params has {Text(parameters.Length)}");
        for (int i = 0; i < stored.Length; i++)
        {
            if (stored[i].Length != parameters[i].Length)
                throw Bad("state", $"state holds {Text(stored[i].Length)} elements for tensor {Text(i)}, params[{Text(i)}] has {Text(parameters[i].Length)}");
        }
    }

    /// <summary>A copy that shares nothing with the original.</summary>
    public static T[][] Copy<T>(T[][] tensors)
    {
        var copy = new T[tensors.Length][];
        for (int i = 0; i < copy.Length; i++)
            copy[i] = (T[])tensors[i].Clone();
        return copy;
    }

    /// <summary>Tensors of the same lengths, all elements zero.</summary>
    public static T[][] ZerosLike<T>(T[][] tensors)
        where T : IReal<T>
    {
        var zeros = new T[tensors.Length][];
        for (int i = 0; i < zeros.Length; i++)
        {
            zeros[i] = new T[tensors[i].Length];
            Array.Fill(zeros[i], T.Of(0));
        }

        return zeros;
    }

    /// <summary>The tensors' values as sums of two doubles, which hold them all and what is derived from them to about 106 bits.</summary>
    public static DoubleDouble[][] ValuesOf<T>(T[][] tensors)
        where T : IReal<T> => Array.ConvertAll(tensors, tensor => DoubleDouble.ValuesOf<T>(tensor));

    /// <summary>Tensors rounded once.</summary>
    public static T[][] RoundedTo<T>(DoubleDouble[][] tensors)
        where T : IReal<T> => Array.ConvertAll(tensors, tensor => DoubleDouble.RoundedTo<T>(tensor));

    /// <summary>An optimizer's step in sums of two doubles, its results rounded once: where a number can't hold the digits of a hyperparameter, it may hold those of the step.</summary>
    /// <typeparam name="T">The number.</typeparam>
    /// <typeparam name="TState">The optimizer's state over it.</typeparam>
    /// <typeparam name="TWide">The state over sums of two doubles.</typeparam>
    /// <param name="parameters">θ, a flat array per tensor.</param>
    /// <param name="grads">The gradients, of the same shapes.</param>
    /// <param name="state">The values of what the previous step returned, or null for the first one.</param>
    /// <param name="step">The optimizer's step.</param>
    /// <param name="rounded">A state rounded once.</param>
    public static (T[][] Parameters, TState State) InMoreDigits<T, TState, TWide>(
        T[][] parameters, T[][] grads, TWide? state, Func<DoubleDouble[][], DoubleDouble[][], TWide?, (DoubleDouble[][] Parameters, TWide State)> step, Func<TWide, TState> rounded)
        where T : IReal<T>
        where TWide : class
    {
        (DoubleDouble[][] theta, TWide after) = step(ValuesOf(parameters), ValuesOf(grads), state);
        return (RoundedTo<T>(theta), rounded(after));
    }

    /// <summary>Tensors over another number, rounded once where it holds less.</summary>
    public static TOther[][] In<T, TOther>(T[][] tensors)
        where T : IReal<T>
        where TOther : IReal<TOther> => RoundedTo<TOther>(ValuesOf(tensors));

    /// <summary>True where x is neither NaN nor infinite.</summary>
    public static bool IsFinite<T>(T x)
        where T : IReal<T> => WideSums.IsFinite(x);

    /// <summary>True where x = y as numbers.</summary>
    public static bool AreEqual<T>(T x, T y)
        where T : IReal<T> => T.AllEqual(x, y);

    /// <summary>A whole number in invariant culture.</summary>
    public static string Text(long value) => value.ToString(CultureInfo.InvariantCulture);

    /// <summary>An argument error whose message is the one line given.</summary>
    public static InvalidArgumentException Bad(string argument, string message) => new(argument, message);
}
