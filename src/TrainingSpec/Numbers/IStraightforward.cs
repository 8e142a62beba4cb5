namespace TrainingSpec.Numbers;

/// <summary>A number that stands for a straightforward evaluation in its format: coefficients are derived over it too, not in more digits, and states keep all of it as a text.</summary>
/// <typeparam name="T">The number itself.</typeparam>
internal interface IStraightforward<T>
{
    /// <summary>All of it; reads back to the same.</summary>
    string Text { get; }

    /// <summary>The number of a text, whatever number is asked.</summary>
    T Read(string text);

    /// <summary>What was derived in more digits after all, and rounded once.</summary>
    T Derived(DoubleDouble value);

    /// <summary>A map of matrices, repeated, of which it is known what it makes of the distance of a matrix as a whole, which is less than comes of each element for itself.</summary>
    /// <param name="x">The elements.</param>
    /// <param name="growths">By how much a distance in the Frobenius norm grows from each round on until the last, from the values of the elements.</param>
    /// <param name="next">One round, in place.</param>
    T[] Repeated(T[] x, Func<double[], double[]> growths, Action<T[]> next);
}

/// <summary>Tells such numbers from others.</summary>
internal static class Straightforward
{
    /// <summary>True where T is one.</summary>
    public static bool Is<T>() => default(T) is IStraightforward<T>;
}
