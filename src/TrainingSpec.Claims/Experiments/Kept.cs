using System.Collections;
using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Reflection;
using System.Runtime.CompilerServices;

namespace TrainingSpec.Claims.Experiments;

/// <summary>Outcomes of experiments by their inputs: a turn that changes only what a document says of one does not run it again.</summary>
internal static class Kept
{
    private static readonly ConcurrentDictionary<(string File, int Line, object Inputs), Lazy<KeptRun>> Outcomes = new();

    /// <summary>All experiments that have run, by the place of their call and by their inputs.</summary>
    public static IReadOnlyList<KeptRun> Experiments =>
        [.. Outcomes.Values.Where(o => o.IsValueCreated).Select(o => o.Value).OrderBy(e => e.File, StringComparer.Ordinal).ThenBy(e => e.Line).ThenBy(e => e.Inputs, StringComparer.Ordinal)];

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
        return (T)Outcomes.GetOrAdd((file, line, inputs), _ => new Lazy<KeptRun>(() => new KeptRun(file, line, inputs, () => Working.Quiet(() => run(inputs))))).Value.Outcome;
    }

    // Every number to its last bit, in whatever it is nested.
    private static string Written(object? value) => value switch
    {
        null => "null",
        string text => $"\"{text}\"",
        Type type => type.ToString(),
        double number => BitConverter.DoubleToInt64Bits(number).ToString("x", CultureInfo.InvariantCulture),
        float number => BitConverter.SingleToInt32Bits(number).ToString("x", CultureInfo.InvariantCulture),
        Enum or bool or char => value.ToString()!,
        IFormattable number when value.GetType().IsPrimitive => number.ToString(null, CultureInfo.InvariantCulture),
        IEnumerable all => $"[{string.Join(", ", all.Cast<object?>().Select(Written))}]",
        _ => $"({string.Join(", ", Fields(value.GetType()).Select(f => Written(f.GetValue(value))))})",
    };

    private static IEnumerable<FieldInfo> Fields(Type? type) =>
        type is null ? [] : type.GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly).Concat(Fields(type.BaseType));

    /// <summary>An experiment that has run.</summary>
    internal sealed class KeptRun
    {
        private readonly Func<object> _run;
        private readonly object _inputs;

        public KeptRun(string file, int line, object inputs, Func<object> run)
        {
            (File, Line, _inputs, _run) = (file, line, inputs, run);
            long start = Stopwatch.GetTimestamp();
            Outcome = run();
            Seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        }

        /// <summary>The place of the call.</summary>
        public string File { get; }

        /// <summary>The place of the call.</summary>
        public int Line { get; }

        /// <summary>The inputs, to the last bit.</summary>
        public string Inputs => Written(_inputs);

        /// <summary>What it gave.</summary>
        public object Outcome { get; }

        /// <summary>Wall-clock seconds of the run.</summary>
        public double Seconds { get; }

        /// <summary>Runs it once more: true where every number of the outcome has the same bits.</summary>
        public bool GivesTheSame() => Written(_run()) == Written(Outcome);

        /// <inheritdoc/>
        public override string ToString() => $"{Path.GetFileName(File)}, line {Line}, {Inputs}";
    }
}
