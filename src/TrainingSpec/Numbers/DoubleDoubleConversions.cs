namespace TrainingSpec.Numbers;

/// <summary>To and from other numbers: what is derived from whole numbers and doubles is derived here and rounded once.</summary>
public readonly partial record struct DoubleDouble
{
    /// <summary>A whole number, exactly.</summary>
    public static DoubleDouble Whole(long value) => Sum((value >> 32) * 4294967296.0, (uint)value);

    DoubleDouble IScalar.Exact => this;

    // Rounded to it once.
    string IScalar.DataType => "float64";

    /// <summary>A number's value, exactly; null for numbers that are not one value.</summary>
    public static DoubleDouble? ValueOf<T>(T x)
        where T : IReal<T> => (x as IScalar)?.Exact;

    /// <summary>The values of numbers that have one.</summary>
    /// <exception cref="NotSupportedException">A number has no value of this kind.</exception>
    public static DoubleDouble[] ValuesOf<T>(ReadOnlySpan<T> x)
        where T : IReal<T>
    {
        var values = new DoubleDouble[x.Length];
        for (int i = 0; i < values.Length; i++)
            values[i] = ValueOf(x[i]) ?? throw new NotSupportedException($"{typeof(T).Name} has no value of two doubles");
        return values;
    }

    /// <summary>Numbers, each rounded once.</summary>
    public static T[] RoundedTo<T>(ReadOnlySpan<DoubleDouble> x)
        where T : IReal<T>
    {
        var rounded = new T[x.Length];
        for (int i = 0; i < rounded.Length; i++)
            rounded[i] = x[i].To<T>();
        return rounded;
    }

    /// <summary>The nearest value of another number, rounded once, ties to even; a number with more digits than a double's takes both parts.</summary>
    public T To<T>()
        where T : IReal<T>
    {
        if (default(T) is IStraightforward<T> straightforward)
            return straightforward.Derived(this);
        if (Low == 0 || !double.IsFinite(High))
            return T.Of(High);

        // A number that cannot tell 1 + 2⁻⁴⁰ from 1 rounds a double once more; rounded to odd, the high part decides no tie that the low part has decided.
        if (T.AllEqual(T.Of(1 + 1 / (double)(1L << 40)), T.Of(1)))
            return T.Of(ToOdd(this));
        return T.Of(High) + T.Of(Low);
    }

    private static double ToOdd(DoubleDouble x)
    {
        if (x.Low == 0 || !double.IsFinite(x.High) || (BitConverter.DoubleToInt64Bits(x.High) & 1) == 1)
            return x.High;
        return x.Low > 0 ? Math.BitIncrement(x.High) : Math.BitDecrement(x.High);
    }
}
