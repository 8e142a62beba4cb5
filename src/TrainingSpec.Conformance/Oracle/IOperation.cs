using TrainingSpec.Numbers;

namespace TrainingSpec.Conformance.Oracle;

/// <summary>One operation of the protocol: reads its arguments, calls the library, writes its result; the same code for every dtype.</summary>
public interface IOperation
{
    /// <summary>The protocol's name.</summary>
    string Name { get; }

    /// <summary>True where the protocol marks the operation †: it answers in float16 and bfloat16, too.</summary>
    bool HalfPrecision => false;

    /// <summary>True where it answers in float16 and bfloat16 by arithmetic of about 106 bits, each number of the result rounded once.</summary>
    bool RoundsOnce => false;

    /// <summary>Answers one request.</summary>
    /// <param name="args">The arguments; the operation calls <see cref="Arguments.Done"/>, then <see cref="Answer{T}.Takes"/>, before it computes.</param>
    /// <param name="answer">Receives the result's members.</param>
    /// <exception cref="OracleException">An argument is at fault.</exception>
    void Run<T>(Arguments<T> args, Answer<T> answer)
        where T : struct, IReal<T>;
}
