namespace TrainingSpec.Numbers;

/// <summary>To and from the numbers of tensors: what leaves their range on the way is computed here and rounded once.</summary>
public readonly partial struct BigReal
{
    /// <summary>A finite binary number's value, exactly; null for infinities, NaN, and numbers that are more than one value.</summary>
    public static BigReal? ValueOf<T>(T x)
        where T : IReal<T> => DoubleDouble.ValueOf(x) is { } value && double.IsFinite(value.High) ? (BigReal)value.High + value.Low : null;

    /// <summary>The finite values of a span; null where one has none.</summary>
    public static BigReal[]? ValuesOf<T>(ReadOnlySpan<T> x)
        where T : IReal<T>
    {
        var values = new BigReal[x.Length];
        for (int i = 0; i < values.Length; i++)
        {
            if (ValueOf(x[i]) is not { } value)
                return null;
            values[i] = value;
        }

        return values;
    }

    /// <inheritdoc/>
    public static bool AllLess(BigReal x, BigReal y) => x < y;

    /// <inheritdoc/>
    public static bool AllEqual(BigReal x, BigReal y) => x == y;

    /// <summary>The nearest value of another number, of as many digits as two doubles hold; ties to even.</summary>
    public T To<T>()
        where T : IReal<T>
    {
        double high = (double)this;
        return (double.IsFinite(high) ? (DoubleDouble)high + (double)(this - high) : high).To<T>();
    }
}
