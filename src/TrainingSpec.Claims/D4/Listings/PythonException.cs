namespace TrainingSpec.Claims.D4.Listings;

/// <summary>The kind of error that Python or NumPy raises.</summary>
internal enum PythonError
{
    /// <summary>A call whose arguments do not fit the signature.</summary>
    TypeError,

    /// <summary>A key that a dictionary lacks.</summary>
    KeyError,

    /// <summary>An index outside an axis.</summary>
    IndexError,

    /// <summary>A division of Python numbers by zero.</summary>
    ZeroDivisionError,

    /// <summary>An in-place operation whose result does not fit the array's type.</summary>
    UFuncTypeError,
}

/// <summary>An error that a listing would raise when run.</summary>
internal sealed class PythonException(PythonError error, string about) : Exception($"{error}: {about}")
{
    /// <summary>Which one.</summary>
    public PythonError Error { get; } = error;

    /// <summary>The error that an action raises, or null where it runs through.</summary>
    public static PythonError? Of(Action action)
    {
        try
        {
            action();
            return null;
        }
        catch (PythonException e)
        {
            return e.Error;
        }
    }
}
