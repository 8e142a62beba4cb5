namespace TrainingSpec.Numbers;

/// <summary>Several binary32 numbers side by side in one value that holds nothing else, so that an array of floats can be read as an array of these.</summary>
/// <typeparam name="T">The number itself.</typeparam>
public interface ILanes<T> : IReal<T>
    where T : unmanaged, ILanes<T>
{
    /// <summary>Lanes in one number.</summary>
    static abstract int Count { get; }

    /// <summary>The same number in every lane.</summary>
    static abstract T Everywhere(Real32 x);
}
