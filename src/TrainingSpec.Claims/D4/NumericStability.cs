using TrainingSpec.Claims.D4.Listings;
using TrainingSpec.Claims.Experiments;
using TrainingSpec.Formulas;
using TrainingSpec.Numbers;
using static TrainingSpec.Claims.Closeness;
using static TrainingSpec.Claims.Sentence;

namespace TrainingSpec.Claims.D4;

/// <summary>D4, section "Numeric Stability: LogSoftmax".</summary>
internal static class NumericStability
{
    private const int Rows = 200;

    /// <summary>The logarithm of an unshifted softmax fails in binary64 where log-softmax is exact.</summary>
    [Claim("D4-024")]
    [Turn("facts/loses rows", "log-softmax", Verdict.Erratum)]
    internal static Finding LogOfSoftmaxIsFragile(Claim claim)
    {
        (Real64[] Logits, double[] Right)[] rows = [([1000, 0], [0, -1000]), ([0, -800], [0, -800])];
        int naiveFails = 0, stableRight = 0;
        var shown = new List<string>();
        foreach ((Real64[] logits, double[] right) in rows)
        {
            Real64[] exponentials = [.. logits.Select(x => Softmax.Exponential<Real64>(x, 0))];
            Real64 sum = Reduction.Sum<Real64>(exponentials);
            double[] naive = [.. exponentials.Select(e => Real64.Log(Softmax.Probability(e, sum)).Value)];
            var stable = new Real64[logits.Length];
            Softmax.LogProbabilities<Real64>(logits, stable);
            naiveFails += naive.All(double.IsFinite) ? 0 : 1;
            stableRight += stable.Select(x => x.Value).SequenceEqual(right) ? 1 : 0;
            Working.ApplyRow(Softmax.LogProbabilities, logits);
            Working.Value("logarithm of the unshifted softmax, in binary64", naive);
            shown.Add(Say($"[{Row(logits.Select(x => x.Value))}]: log of softmax gives [{Row(naive)}], log-softmax [{Row(stable.Select(x => x.Value))}]"));
        }

        Working.Counted("rows that the logarithm afterwards loses to infinities or NaN", naiveFails, rows.Length);
        Working.Counted("rows on which log-softmax is exact", stableRight, rows.Length);
        return Judge.OneOf(
            claim,
            "loses rows",
            [("the logarithm after a softmax", naiveFails == rows.Length && stableRight == rows.Length), ("log-softmax", stableRight == 0)],
            Say($"{naiveFails} of {rows.Length} rows fail"),
            Say($"taking the logarithm afterwards loses {naiveFails} of {rows.Length} rows to infinities or NaN, log-softmax is exact on {stableRight}"),
            Say($"taking the logarithm afterwards loses {naiveFails} of {rows.Length} rows, log-softmax is exact on {stableRight}")).With(shown);
    }

    /// <summary>x − ln Σeˣ is normalised, ignores a shift, and has the Jacobian δ − p.</summary>
    [Claim("D4-025")]
    internal static Finding LogSoftmaxFormula(Claim claim)
    {
        var draws = new Draws(425);
        int right = 0, jacobians = 0;
        for (int row = 0; row < Rows; row++)
        {
            Precise[] x = Row(draws, 2 + draws.Index(6), 5), log = new Precise[x.Length], shifted = new Precise[x.Length], p = new Precise[x.Length];
            if (row == 0)
            {
                Working.Tried(Say($"{Rows} random rows of 2 to 7 logits, normal with deviation 5 (seed 425), to 88 bits; the first:"));
                Working.ApplyRow(Softmax.LogProbabilities, x);
                Working.Reduce(Softmax.LogSumExp, x);
            }

            Softmax.LogProbabilities<Precise>(x, log);
            Softmax.Probabilities<Precise>(x, p);
            Precise constant = Precise.Of(draws.Uniform(-100, 100)), lse = Softmax.LogSumExp<Precise>(x);
            Softmax.LogProbabilities<Precise>([.. x.Select(v => v + constant)], shifted);
            bool good = Near(Reduction.Sum<Precise>([.. log.Select(Precise.Exp)]), Precise.Of(1));
            for (int i = 0; i < x.Length; i++)
                good &= Near(log[i], x[i] - lse) && Near(log[i], shifted[i]);
            right += good ? 1 : 0;
            jacobians += JacobianIsRight(x, p) ? 1 : 0;
        }

        Working.Counted("rows in which the values are x minus the log-sum-exp, their exponentials add up to 1, and a constant added to all logits changes nothing", right, Rows);
        Working.Counted("rows in which the derivatives are 1 or 0 minus the probabilities", jacobians, Rows);
        return Judge.Holds(
            right == Rows && jacobians == Rows,
            Say($"{right} of {Rows} rows"),
            Say($"in {right} of {Rows} random rows the values equal x minus the log-sum-exp, their exponentials add up to 1, a constant changes nothing, and the derivatives are 1 or 0 minus the probabilities"),
            Say($"the identity holds in {right} and the derivatives in {jacobians} of {Rows} random rows"));

        static bool JacobianIsRight(Precise[] x, Precise[] p)
        {
            bool good = true;
            for (int j = 0; j < x.Length; j++)
            {
                Dual<Precise>[] at = [.. x.Select((v, i) => i == j ? Dual<Precise>.Variable(v) : Dual<Precise>.Constant(v))], log = new Dual<Precise>[x.Length];
                Softmax.LogProbabilities<Dual<Precise>>(at, log);
                for (int i = 0; i < x.Length; i++)
                    good &= Near(log[i].Derivative, Precise.Of(i == j ? 1 : 0) - p[j]);
            }

            return good;
        }
    }

    /// <summary>The shifted log-sum-exp against the unshifted one and against its bounds.</summary>
    [Claim("D4-026")]
    internal static Finding LogSumExpTrick(Claim claim)
    {
        var draws = new Draws(426);
        int equal = 0, bounded = 0;
        for (int row = 0; row < Rows; row++)
        {
            Precise[] x = Row(draws, 1 + draws.Index(8), 60), large = [.. x.Select(v => v * Precise.Of(10_000 / 300.0))];
            if (row == 0)
            {
                Working.Tried(Say($"{Rows} random rows of 1 to 8 logits (seed 426): with and without the shift by the maximum, and for logits up to 1e4 the bounds max and max + ln n; the first:"));
                Working.Reduce(Softmax.LogSumExp, x);
            }

            Precise direct = Precise.Log(Reduction.Sum<Precise>([.. x.Select(Precise.Exp)]));
            equal += Near(Softmax.LogSumExp<Precise>(x), direct) ? 1 : 0;
            Precise max = Softmax.Maximum<Precise>(large), lse = Softmax.LogSumExp<Precise>(large);
            bounded += lse >= max && lse <= max + Precise.Log(Precise.Of(x.Length)) + Precise.Of(1e-25) ? 1 : 0;
        }

        Working.Counted("rows in which both forms agree", equal, Rows);
        Working.Counted("rows within the bounds", bounded, Rows);
        return Judge.Holds(
            equal == Rows && bounded == Rows,
            Say($"{equal} of {Rows} rows equal, {bounded} bounded"),
            Say($"with and without the shift the value is the same in {equal} of {Rows} random rows, and between the maximum and the maximum plus ln n in {bounded} of {Rows} rows of size up to 1e4"),
            Say($"the two forms agree in {equal}, the bounds hold in {bounded} of {Rows} random rows"));
    }

    /// <summary>The listing's behaviour: never a spurious overflow on finite rows; what it does at the edges.</summary>
    [Claim("D4-027")]
    [Turn("facts/large finite logits", "overflow", Verdict.Erratum)]
    internal static Finding ListingNeverOverflows(Claim claim)
    {
        bool golden = Run(1000, 0) is [0, -1000] && Run(double.NegativeInfinity, 0) is [double.NegativeInfinity, 0];
        var draws = new Draws(427);
        int finite = 0;
        for (int row = 0; row < Rows; row++)
        {
            // Any magnitude up to a quarter of the largest double; a spread beyond the largest double has no finite answer at all.
            double scale = Math.ScaleB(1, draws.Index(1020));
            double[] x = [.. Enumerable.Range(0, 2 + draws.Index(6)).Select(_ => scale * draws.Uniform(-1, 1))], y = Run(x);
            finite += y.All(v => double.IsFinite(v) && v <= 0) && y[Array.IndexOf(x, x.Max())] > -3 ? 1 : 0;
        }

        bool edges = Run(double.NegativeInfinity, double.NegativeInfinity).All(double.IsNaN) && Run(double.PositiveInfinity, 0).All(double.IsNaN);
        bool refusesEmpty = false;
        try
        {
            _ = Run();
        }
        catch (ArgumentException)
        {
            refusesEmpty = true;
        }

        Working.Uses("log_softmax");
        Working.Value("the listing on (1000, 0)", Run(1000, 0));
        Working.Value("on (-inf, 0)", Run(double.NegativeInfinity, 0));
        Working.Value("on (-inf, -inf)", Run(double.NegativeInfinity, double.NegativeInfinity));
        Working.Value("on (inf, 0)", Run(double.PositiveInfinity, 0));
        Working.Holds("an empty row raises", refusesEmpty);
        Working.Counted("random rows of any magnitude up to 2^1020 (seed 427) with finite values", finite, Rows);
        return Judge.OneOf(
            claim,
            "large finite logits",
            [("stay finite", golden && finite == Rows && edges && refusesEmpty), ("overflow", finite == 0)],
            Say($"finite in {finite} of {Rows} rows"),
            Say($"the result is finite in {finite} of {Rows} rows of any magnitude up to 2^1020; [1000, 0] gives [0, -1000] and [-inf, 0] gives [-inf, 0]"),
            Say($"golden rows right: {golden}, finite in {finite} of {Rows} rows, edges as expected: {edges && refusesEmpty}"))
            .With("a row that holds +inf, or -inf alone, gives NaN; an empty row raises", "logits further apart than the largest double give -inf for the smaller one");

        static double[] Run(params double[] row) => LogSoftmaxListing.Run([row])[0];
    }

    /// <summary>Equal to 100 bits: what double-double arithmetic keeps over a short row.</summary>
    internal static bool Near(Precise a, Precise b) => (double)Precise.Abs(a - b) <= Math.ScaleB(1, -88) * Math.Max(1, (double)Precise.Abs(a));

    private static Precise[] Row(Draws draws, int length, double scale) => [.. draws.Row(length, scale).Select(x => Precise.Of(x))];

    private static string Row(IEnumerable<double> values) => string.Join(", ", values.Select(v => Say($"{v}")));
}
