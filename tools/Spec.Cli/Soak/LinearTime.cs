using System.Buffers;
using System.Diagnostics;
using System.Globalization;
using TrainingSpec.Conformance.Oracle;

namespace Spec.Cli.Soak;

/// <summary>How long the oracle takes for a number of a request or its answer, at two sizes: time is linear where both are about the same.</summary>
internal static class LinearTime
{
    private const int Small = 50_000, Times = 16, Repetitions = 5;

    // Sixteen times the numbers no longer fit the nearest caches; time that grew with their square would be sixteen times as long for each.
    private const double Most = 5;

    public static int Run(TextWriter output)
    {
        var engine = new OracleEngine();
        int failed = 0;
        foreach (SizedRequest sized in SizedRequests.All.Where(sized => sized.Operation is not ("attention" or "gpt.loss")))
        {
            double small = Nanoseconds(engine, sized, Small), large = Nanoseconds(engine, sized, Small * Times);
            bool isLinear = large <= Most * small;
            failed += isLinear ? 0 : 1;
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{(isLinear ? "" : "FAILED: ")}{sized.Operation} {sized.Args}: {small:F0} ns for each of {Small}, {large:F0} ns for each of {Small * Times}"));
            output.Flush();
        }

        return failed == 0 ? 0 : 1;
    }

    private static double Nanoseconds(OracleEngine engine, SizedRequest sized, int n)
    {
        byte[] line = sized.Line("1", n);
        var answer = new ArrayBufferWriter<byte>(32 * n);
        long best = long.MaxValue;
        for (int i = 0; i <= Repetitions; i++)
        {
            answer.ResetWrittenCount();
            long start = Stopwatch.GetTimestamp();
            engine.Answer(line, answer);
            best = Math.Min(best, Stopwatch.GetTimestamp() - start);
        }

        return Stopwatch.GetElapsedTime(0, best).TotalNanoseconds / n;
    }
}
