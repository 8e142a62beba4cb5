namespace TrainingSpec.Numbers;

/// <summary>An IEEE 754 binary format as a number: what an error analysis needs to know of it.</summary>
/// <typeparam name="T">The number itself.</typeparam>
public interface IBinaryFormat<T> : IReal<T>, IScalar
    where T : IBinaryFormat<T>
{
    /// <summary>u: the largest relative error of one rounding to nearest.</summary>
    static abstract double UnitRoundoff { get; }

    /// <summary>The smallest positive value; twice the largest error of one rounding of a subnormal result.</summary>
    static abstract double SmallestSubnormal { get; }

    /// <summary>The largest relative error of Exp, Expm1, Log, Log1p, Cos, Sin, Tanh, Erf, Erfc, Pow and Power, where their results are normal.</summary>
    static abstract double ElementaryError { get; }

    /// <summary>The value as a double, exactly.</summary>
    static abstract double ToDouble(T x);
}
