namespace TrainingSpec.Numbers;

/// <summary>A number that stands for a straightforward evaluation in its format: coefficients are derived over it too, not in more digits, and states keep all of it as a text.</summary>
/// <typeparam name="T">The number itself.</typeparam>
internal interface IStraightforward<T>
{
    /// <summary>All of it; reads back to the same.</summary>
    string Text { get; }

    /// <summary>The number of a text, whatever number is asked.</summary>
    T Read(string text);

    /// <summary>What was derived in more digits after all.</summary>
    T Derived(double value);
}

/// <summary>Tells such numbers from others.</summary>
internal static class Straightforward
{
    /// <summary>True where T is one.</summary>
    public static bool Is<T>() => default(T) is IStraightforward<T>;
}
