namespace TrainingSpec.Numbers;

/// <summary>A number that is one value and can tell which: what states, files and digits beyond its own are made of.</summary>
/// <remarks>Lanes and intervals are more than one value; symbols are none; a number that carries a derivative would lose it.</remarks>
public interface IScalar
{
    /// <summary>The value, exactly.</summary>
    DoubleDouble Exact { get; }

    /// <summary>The format in which files and the oracle keep it, such as "float32".</summary>
    string DataType { get; }
}
