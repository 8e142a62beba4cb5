using System.Collections.Concurrent;
using System.Runtime.CompilerServices;

namespace TrainingSpec.Claims.Experiments;

/// <summary>Outcomes of experiments by their inputs: a turn that changes only what a document says of one does not run it again.</summary>
internal static class Kept
{
    private static readonly ConcurrentDictionary<(string File, int Line, object Inputs), Lazy<object>> Outcomes = new();

    /// <summary>Runs an experiment, or gives what the same inputs gave before. Steps are shown by the caller, not within.</summary>
    /// <typeparam name="TInputs">All that the outcome depends on, compared by value: a tuple of numbers and texts.</typeparam>
    /// <typeparam name="T">The outcome; nobody may change it.</typeparam>
    /// <param name="inputs">The inputs.</param>
    /// <param name="run">The experiment; a static lambda can't depend on anything else.</param>
    /// <param name="file">The place of the call.</param>
    /// <param name="line">The place of the call.</param>
    public static T Of<TInputs, T>(TInputs inputs, Func<TInputs, T> run, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
        where TInputs : notnull
        where T : notnull
    {
        ArgumentNullException.ThrowIfNull(run);
        return (T)Outcomes.GetOrAdd((file, line, inputs), _ => new Lazy<object>(() => Working.Quiet(() => run(inputs)))).Value;
    }
}
