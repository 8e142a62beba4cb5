using TrainingSpec.Numbers;

namespace TrainingSpec.Checking;

/// <summary>Compares a float function of one argument with the oracle's correctly rounded value, for all 2³² inputs or a part of them.</summary>
/// <remarks>
/// The oracle is slow, so an input is first looked at in double precision: System.Math is trusted to a relative 2⁻⁴⁴, several hundred of its units in the last place.
/// Where both ends of that interval round to the very float under test, so does the exact value. All others, those near a rounding boundary and those
/// that disagree, go to the oracle (a few thousand), which is asked for more digits until its radius reaches no boundary (<see cref="SingleRounding"/>). The bits count: −0 for +0 is misrounded; one
/// NaN is as good as another.
/// </remarks>
public static class Exhaustive
{
    private const double Margin = 1.0 / (1L << 44);
    private const int ChunkBits = 20;

    /// <summary>What was found.</summary>
    /// <param name="Inputs">How many inputs were compared.</param>
    /// <param name="AskedOracle">How many of them the oracle decided.</param>
    /// <param name="Misrounded">How many results were not the correctly rounded ones.</param>
    /// <param name="WorstUlp">The largest error among the inputs that the oracle decided; all others are within ½ ULP.</param>
    /// <param name="Example">The misrounded input with the smallest bit pattern.</param>
    public sealed record Report(long Inputs, long AskedOracle, long Misrounded, double WorstUlp, float? Example);

    /// <summary>The functions, and the roundings to 16 bits, that <see cref="Run"/> knows by name.</summary>
    public static IReadOnlyList<string> Functions { get; } = ["exp", "log", "cos", "sin", "tanh", "erf", "expm1", "log1p", "erfc", "normal-below", "normal-bell", "float16", "bfloat16"];

    /// <summary>Compares one of the specification's own functions.</summary>
    /// <param name="function">one of <see cref="Functions"/>.</param>
    /// <param name="threads">How many threads, at least 1; the report doesn't depend on it.</param>
    /// <param name="progress">Called with the part that is done, in [0, 1], from any of the threads, one call at a time.</param>
    /// <param name="first">Bit pattern of the first input.</param>
    /// <param name="last">Bit pattern of the last input.</param>
    /// <param name="stride">Every how manieth bit pattern, at least 1.</param>
    /// <param name="cancellation">Ends the run with <see cref="OperationCanceledException"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">The function is not known, or threads, stride or the range is out of its domain.</exception>
    public static Report Run(
        string function, int threads, Action<double>? progress = null, uint first = 0, uint last = uint.MaxValue, uint stride = 1, CancellationToken cancellation = default) => function switch
        {
            "exp" => Compare(x => Real32.Exp(x), Math.Exp, BigReal.Exp, threads, progress, first, last, stride, cancellation),
            "log" => Compare(x => Real32.Log(x), Math.Log, BigReal.Log, threads, progress, first, last, stride, cancellation),
            "cos" => Compare(x => Real32.Cos(x), Math.Cos, BigReal.Cos, threads, progress, first, last, stride, cancellation),
            "sin" => Compare(x => Real32.Sin(x), Math.Sin, BigReal.Sin, threads, progress, first, last, stride, cancellation),
            "tanh" => Compare(x => Real32.Tanh(x), Math.Tanh, BigReal.Tanh, threads, progress, first, last, stride, cancellation),
            "erf" => Compare(x => Real32.Erf(x), SortingFunctions.Erf, BigReal.Erf, threads, progress, first, last, stride, cancellation),
            "expm1" => Compare(x => Real32.Expm1(x), SortingFunctions.Expm1, BigReal.Expm1, threads, progress, first, last, stride, cancellation),
            "log1p" => Compare(x => Real32.Log1p(x), SortingFunctions.Log1p, BigReal.Log1p, threads, progress, first, last, stride, cancellation),
            "erfc" => Compare(x => Real32.Erfc(x), SortingFunctions.Erfc, BigReal.Erfc, threads, progress, first, last, stride, cancellation),
            "normal-below" => Compare(x => Real32.NormalTwiceBelow(x), SortingFunctions.NormalTwiceBelow, x => BigReal.Erfc(-x / BigReal.Sqrt(2)), threads, progress, first, last, stride, cancellation),
            "normal-bell" => Compare(x => Real32.NormalBell(x), SortingFunctions.NormalBell, x => BigReal.Exp(-x * x / 2), threads, progress, first, last, stride, cancellation),
            "float16" => ExhaustiveRounding.Compare(x => Float16.Of(x).Bits, ExhaustiveRounding.Definition.Float16, threads, progress, first, last, stride, cancellation),
            "bfloat16" => ExhaustiveRounding.Compare(x => BFloat16.Of(x).Bits, ExhaustiveRounding.Definition.BFloat16, threads, progress, first, last, stride, cancellation),
            _ => throw new OutsideDomainException(nameof(function), $"function = {function} is outside {{{string.Join(", ", Functions)}}}"),
        };

    /// <summary>Compares any float function with an oracle, sorted beforehand by a double function that is within a relative 2⁻⁴⁴ of the exact one.</summary>
    /// <inheritdoc cref="Run"/>
    public static Report Compare(
        Func<float, float> function, Func<double, double> sorting, Func<BigReal, BigReal> oracle,
        int threads, Action<double>? progress = null, uint first = 0, uint last = uint.MaxValue, uint stride = 1, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(function);
        ArgumentNullException.ThrowIfNull(sorting);
        ArgumentNullException.ThrowIfNull(oracle);
        Require(threads, first, last, stride);

        long inputs = ((long)last - first) / stride + 1;
        long chunks = ((inputs - 1) >> ChunkBits) + 1, done = 0;
        var total = new Report(0, 0, 0, 0, null);
        uint exampleBits = 0;
        var merge = new Lock();
        Parallel.For(0L, chunks, new ParallelOptions { MaxDegreeOfParallelism = threads, CancellationToken = cancellation }, chunk =>
        {
            long begin = chunk << ChunkBits, end = Math.Min(inputs, begin + (1L << ChunkBits));
            var (asked, wrong, worst, example) = Chunk(function, sorting, oracle, begin, end, first, stride);
            lock (merge)
            {
                if (example is uint bits && (total.Example is null || bits < exampleBits))
                    exampleBits = bits;
                total = new Report(
                    total.Inputs + end - begin, total.AskedOracle + asked, total.Misrounded + wrong, Math.Max(total.WorstUlp, worst),
                    total.Example is null && example is null ? null : BitConverter.UInt32BitsToSingle(exampleBits));
                progress?.Invoke((double)++done / chunks);
            }
        });
        return total;
    }

    internal static void Require(int threads, uint first, uint last, uint stride)
    {
        if (threads < 1)
            throw new OutsideDomainException(nameof(threads), $"threads = {threads} is outside [1, inf)");
        if (stride < 1)
            throw new OutsideDomainException(nameof(stride), $"stride = {stride} is outside [1, inf)");
        if (last < first)
            throw new OutsideDomainException(nameof(last), $"last = {last} is outside [first, inf) with first = {first}");
    }

    private static (long Asked, long Wrong, double Worst, uint? Example) Chunk(
        Func<float, float> function, Func<double, double> sorting, Func<BigReal, BigReal> oracle, long begin, long end, uint first, uint stride)
    {
        long asked = 0, wrong = 0;
        double worst = 0;
        uint? example = null;
        for (long i = begin; i < end; i++)
        {
            uint bits = (uint)(first + i * stride);
            float x = BitConverter.UInt32BitsToSingle(bits), result = function(x);
            double rough = sorting(x), margin = double.IsFinite(rough) ? Math.Abs(rough) * Margin : 0;
            if (Same((float)(rough - margin), result) && Same((float)(rough + margin), result))
                continue;
            asked++;
            var (rounded, exact) = SingleRounding.Of(() => oracle((double)x));
            worst = Math.Max(worst, Ulp.Error(result, exact));

            // Of an exact 0 only the sorting function knows the sign.
            if (Same(rounded == 0 && rough == 0 ? (float)rough : rounded, result))
                continue;
            wrong++;
            example ??= bits;
        }
        return (asked, wrong, worst, example);
    }

    private static bool Same(float x, float y) =>
        BitConverter.SingleToInt32Bits(x) == BitConverter.SingleToInt32Bits(y) || (float.IsNaN(x) && float.IsNaN(y));
}
