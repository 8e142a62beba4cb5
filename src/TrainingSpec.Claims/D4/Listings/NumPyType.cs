namespace TrainingSpec.Claims.D4.Listings;

/// <summary>The types of a real number in the listings.</summary>
internal enum NumPyType
{
    /// <summary>Python's own float.</summary>
    PythonFloat,

    /// <summary>NumPy's binary64, a subclass of Python's float.</summary>
    Float64,

    /// <summary>NumPy's binary32, no subclass of it.</summary>
    Float32,
}

/// <summary>NumPy's rules on the types of results.</summary>
internal static class NumPyTypes
{
    /// <summary>True where a value passes as a Python float.</summary>
    public static bool IsPythonFloat(NumPyType type) => type is NumPyType.PythonFloat or NumPyType.Float64;

    /// <summary>The type of a mean over an array: the array's own.</summary>
    public static NumPyType Mean(NumPyType array) => array;

    /// <summary>The type of scalar times array under NumPy 2 (NEP 50): a Python float adapts to the array, a NumPy scalar takes part with its own type.</summary>
    public static NumPyType ScalarTimesArray(NumPyType scalar, NumPyType array) =>
        scalar == NumPyType.PythonFloat ? array
        : scalar == NumPyType.Float64 || array == NumPyType.Float64 ? NumPyType.Float64
        : NumPyType.Float32;

    /// <summary>The same under NumPy 1, where the value of a scalar did not widen an array of the same kind.</summary>
    public static NumPyType ScalarTimesArrayBefore2(NumPyType array) => array;
}
