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
        Tally naiveFails = new("rows that the logarithm afterwards loses to infinities or NaN"), stableRight = new("rows on which log-softmax is exact");
        var shown = new List<string>();
        foreach ((Real64[] logits, double[] right) in rows)
        {
            Real64[] exponentials = [.. logits.Select(x => Softmax.Exponential<Real64>(x, 0))];
            Real64 sum = Reduction.Sum<Real64>(exponentials);
            double[] naive = [.. exponentials.Select(e => Real64.Log(Softmax.Probability(e, sum)).Value)];
            var stable = new Real64[logits.Length];
            Softmax.LogProbabilities<Real64>(logits, stable);
            naiveFails.Add(!naive.All(double.IsFinite));
            stableRight.Add(stable.Select(x => x.Value).SequenceEqual(right));
            Working.ApplyRow(Softmax.LogProbabilities, logits);
            Working.Value("logarithm of the unshifted softmax, in binary64", naive);
            shown.Add(Say($"[{Row(logits.Select(x => x.Value))}]: log of softmax gives [{Row(naive)}], log-softmax [{Row(stable.Select(x => x.Value))}]"));
        }

        naiveFails.Shown();
        stableRight.Shown();
        return Judge.OneOf(
            claim,
            "loses rows",
            [("the logarithm after a softmax", naiveFails.Always && stableRight.Always), ("log-softmax", stableRight.Never)],
            Say($"{naiveFails} rows fail"),
            Say($"taking the logarithm afterwards loses {naiveFails} rows to infinities or NaN, log-softmax is exact on {stableRight}"),
            Say($"taking the logarithm afterwards loses {naiveFails} rows, log-softmax is exact on {stableRight}")).With(shown);
    }

    /// <summary>The stated formula against ours, which takes the maximum out first.</summary>
    [Claim("D4-025")]
    [Turn("facts/formula", "x_i - sum(exp(x))", Verdict.Erratum)]
    [Turn("facts/formula", "x_i / log(sum(exp(x)))", Verdict.Erratum)]
    internal static Finding LogSoftmaxFormula(Claim claim) => Judge.Formula(claim, "formula", x =>
    {
        Precise[] row = x.Row("x", -5, 5), log = new Precise[row.Length];
        x.Let("x_i", row[1]);
        Softmax.LogProbabilities<Precise>(row, log);
        return log[1];
    });

    /// <summary>The stated identity, with the stated m, against the logarithm of the summed exponentials; and for logits whose exponentials overflow, whether the stated form stays finite.</summary>
    [Claim("D4-026")]
    [Turn("facts/formula", "m + log(sum(exp(x + m)))", Verdict.Erratum)]
    [Turn("facts/m", "min(x)", Verdict.Erratum)]
    internal static Finding LogSumExpTrick(Claim claim)
    {
        StatedFormula formula = claim.Facts["formula"].Formula, shift = claim.Facts["m"].Formula;
        bool same = Judge.Same(formula, x =>
        {
            Precise[] row = x.Row("x", -5, 5);
            x.Let("m", shift.Evaluate(x.Value));
            return Precise.Log(Reduction.Sum<Precise>([.. row.Select(Precise.Exp)]));
        });
        var draws = new Draws(426);
        Tally finite = new("random rows of size up to 1e4 on which the stated form is finite in binary64 and lies between the maximum and the maximum plus ln n");
        for (int row = 0; row < Rows; row++)
        {
            Real64[] x = draws.Row(2 + draws.Index(7), 2500);
            Real64 m = shift.Evaluate<Real64>(_ => x), value = formula.Evaluate(name => name == "x" ? x : [m]), largest = Softmax.Maximum<Real64>(x);
            finite.Add(value >= largest && value <= largest + Math.Log(x.Length) + Roundoff(x.Length + 8, largest));
        }

        Working.Uses("logsumexp");
        return Judge.Holds(
            same && finite.Shown().Always,
            Say($"{finite} rows finite"),
            Say($"{formula} with m = {shift} is the logarithm of the summed exponentials at all random points, and is finite in {finite} rows of size up to 1e4"),
            Say($"{formula} with m = {shift} is the logarithm of the summed exponentials: {same}; it is finite and within the bounds in {finite} rows of size up to 1e4"));
    }

    /// <summary>The listing's behaviour: never a spurious overflow on finite rows; what it does at the edges.</summary>
    [Claim("D4-027")]
    [Turn("facts/large finite logits", "overflow", Verdict.Erratum)]
    internal static Finding ListingNeverOverflows(Claim claim)
    {
        bool golden = Run(1000, 0) is [0, -1000] && Run(double.NegativeInfinity, 0) is [double.NegativeInfinity, 0];
        var draws = new Draws(427);
        var finite = new Tally("random rows of any magnitude up to 2^1020 (seed 427) with finite values");
        for (int row = 0; row < Rows; row++)
        {
            // Any magnitude up to a quarter of the largest double; a spread beyond the largest double has no finite answer at all.
            double scale = Math.ScaleB(1, draws.Index(1020));
            double[] x = [.. Enumerable.Range(0, 2 + draws.Index(6)).Select(_ => scale * draws.Uniform(-1, 1))], y = Run(x);
            finite.Add(y.All(v => double.IsFinite(v) && v <= 0) && y[Array.IndexOf(x, x.Max())] > -3);
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
        finite.Shown();
        return Judge.OneOf(
            claim,
            "large finite logits",
            [("stay finite", golden && finite.Always && edges && refusesEmpty), ("overflow", finite.Never)],
            Say($"finite in {finite} rows"),
            Say($"the result is finite in {finite} rows of any magnitude up to 2^1020; [1000, 0] gives [0, -1000] and [-inf, 0] gives [-inf, 0]"),
            Say($"golden rows right: {golden}, finite in {finite} rows, edges as expected: {edges && refusesEmpty}"))
            .With("a row that holds +inf, or -inf alone, gives NaN; an empty row raises", "logits further apart than the largest double give -inf for the smaller one");

        static double[] Run(params double[] row) => LogSoftmaxListing.Run([row])[0];
    }

    private static Precise[] Row(Draws draws, int length, double scale) => [.. draws.Row(length, scale).Select(x => Precise.Of(x))];

    private static string Row(IEnumerable<double> values) => string.Join(", ", values.Select(v => Say($"{v}")));
}
