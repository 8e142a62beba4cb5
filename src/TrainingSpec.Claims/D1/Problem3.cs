using TrainingSpec.Claims.Experiments;
using TrainingSpec.Formulas;
using TrainingSpec.Numbers;
using TrainingSpec.Training;
using static TrainingSpec.Claims.Sentence;

namespace TrainingSpec.Claims.D1;

/// <summary>D1, "Problem 3: Overfitting".</summary>
internal static class Problem3
{
    private const string Listing = "early stopping listing";
    private const int Pairs = 20;

    private static readonly double[] Improves = [3, 2, 2.5, 1.5, 1.6, 1.2, 1.4, 1.1, 1.3, 1, 1.2, 1.2];

    /// <summary>The two losses, their gap, and what they are as perplexities.</summary>
    [Claim("D1-160")]
    [Turn("given/val", "2.4", Verdict.Erratum)]
    internal static Finding Symptom(Claim claim)
    {
        (Rational train, Rational val) = (claim.GivenExact("train"), claim.GivenExact("val"));
        Rational gap = Working.Value("gap in nats", val - train);
        double a = Working.Value("perplexity of the training loss", (double)Working.Apply(Perplexity.Of, Exact.Of(train))), b = Working.Value("of the validation loss", (double)Working.Apply(Perplexity.Of, Exact.Of(val)));
        return Judge.All(
            Judge.Number(claim, "train", train),
            Judge.Number(claim, "val", val),
            Judge.Holds(gap > 0, Say($"{gap}"), Say($"the validation loss lies {gap} nats above the training loss, {b:F1} against {a:F1} as perplexities"), "the validation loss does not lie above the training loss"));
    }

    /// <summary>A polynomial on points without any pattern: what it makes of them, and of new ones.</summary>
    [Claim("D1-161")]
    [Turn("facts/learnt", "patterns", Verdict.Erratum)]
    internal static Finding Memorizing(Claim claim)
    {
        Tally memorized = new("runs on pure noise whose training loss falls below a tenth while that on new points stays above 1, which the best guess has");
        (double Train, double Held)[] runs = [.. Enumerable.Range(0, Pairs).Select(seed =>
        {
            var draws = new Draws(1161 + 100 * seed);
            (double X, double Y)[] train = D3.PolynomialFit.Points(draws, 6, static _ => 0, 1), held = D3.PolynomialFit.Points(draws, 500, static _ => 0, 1);
            var fit = D3.PolynomialFit.Best(train, 11, 1e-6);
            return (fit.Loss(train), fit.Loss(held));
        })];
        memorized.AddAll(runs.Select(r => r.Train < 0.1 && r.Held > 1)).Shown();
        return Judge.Stated(
            claim,
            "learnt",
            memorized.Always ? "training data" : memorized.Never ? "patterns" : "either",
            $"{memorized} runs",
            $"on points without any pattern a polynomial with twice as many weights as points brings the training loss below a tenth and has a loss above 1 on new ones in {memorized} runs: there was nothing to learn but the points themselves");
    }

    /// <summary>The listing against early stopping that keeps the best loss and starts its count anew.</summary>
    [Claim("D1-162")]
    [Turn("D1/early stopping listing/updates best", "true", Verdict.Confirmed, AndPlace = "D1/early stopping listing/resets counter", AndValue = "true")]
    [Turn("D1/early stopping listing/updates best", "true", Verdict.Erratum)]
    internal static Finding NeitherUpdatesNorResets(Document document)
    {
        (Facts listing, int patience) = (document.Facts[Listing], document["D1-164"].GivenInteger("patience"));
        double[][] curves = [Improves, [.. Enumerable.Range(0, 20).Select(i => 2 + 0.1 * Math.Abs(i - 6))], [.. Enumerable.Range(0, 20).Select(i => 3 - 0.1 * i)]];
        StoppingListing written = StoppingListing.D1Snippet with { KeepsFirstBest = !listing["updates best"].Holds, NeverResets = !listing["resets counter"].Holds }, early = StoppingListing.D1Snippet with { KeepsFirstBest = false, NeverResets = false };
        List<string> differ = [];
        Tally same = new("series, each with the best loss starting at 0, at infinity and at the first loss, at which the listing stops where early stopping does");
        foreach (double[] curve in curves)
        {
            foreach (double start in (double[])[0, double.PositiveInfinity, curve[0]])
            {
                (long? right, long? own) = (early.StopAt(curve, patience), written.StopAt(curve, patience, start));
                if (listing["updates best"].Holds && start == 0)
                    continue;
                if (!same.Add(right == own))
                    differ.Add(Say($"best from {start}: {Told(own)} and not {Told(right)}"));
            }
        }

        same.Shown();
        return Judge.Holds(
            same.Always,
            $"{same} series",
            $"the listing stops where early stopping does in {same} series",
            $"the listing never updates the best loss and never starts its count anew: it stops where early stopping does in {same} series only ({differ.FirstOrDefault()})");
    }

    /// <summary>A validation loss that stays level, and one that is NaN, under the listing's comparison.</summary>
    [Claim("D1-163")]
    [Turn("D1/early stopping listing/comparison", ">=", Verdict.Confirmed)]
    [Turn("facts/stops on", "rise", Verdict.Confirmed)]
    internal static Finding TiesAndNaN(Claim claim, Document document)
    {
        string comparison = document.Facts[Listing]["comparison"].Text, named = claim.Facts["stops on"].Text;
        bool Counts(double loss, double best) => comparison == ">=" ? loss >= best : loss > best;
        int level = Working.Value($"evaluations of 100 at the best loss itself that count as bad, loss {comparison} best", Enumerable.Range(0, 100).Count(_ => Counts(1, 1))), nan = Working.Value("of 100 that are NaN", Enumerable.Range(0, 100).Count(_ => Counts(double.NaN, 1)));
        string[] stops = [.. Counts(2, 1) ? ["rise"] : Array.Empty<string>(), .. level > 0 ? ["plateau"] : Array.Empty<string>()];
        return Judge.Holds(
            stops.Contains(named),
            $"{level} and {nan} of {Working.Value("evaluations", 100)}",
            $"with {comparison} training stops on a {named}; of 100 evaluations at the best loss itself {level} count as bad, of 100 that are NaN {nan}",
            $"with {comparison} training stops on a {And(stops)} and never on a {named}, which line 403 says it should: of 100 evaluations at the best loss itself {level} count as bad, of 100 that are NaN {nan}");
    }

    /// <summary>Bad evaluations until the listing stops, against those of the other documents' listings.</summary>
    [Claim("D1-164")]
    [Turn("D1/early stopping listing/stops when counter", ">= patience", Verdict.Confirmed)]
    internal static Finding StopsOneLate(Claim claim, Document document)
    {
        int patience = claim.GivenInteger("patience");
        string condition = document.Facts[Listing]["stops when counter"].Text;
        double[] worse = [.. Enumerable.Repeat(2.0, 100)];
        long Bad(string name, StoppingListing listing) => Working.Value($"bad evaluations in a row until {name} stops, patience {patience}", listing.StopAt(worse, patience, firstBest: 1) ?? 0);
        long own = Bad($"the listing, with counter {condition},", StoppingListing.D1Snippet with { StopsAbovePatience = !condition.StartsWith(">=", StringComparison.Ordinal) });
        (long d0, long d2) = (Bad("that of D0-117", StoppingListing.D0Function), Bad("that of D2-110", StoppingListing.D2Class));
        return Judge.Agrees(own == d0 && own == d2, "D0-117 and D2-110", $"{own} against {d0} and {d2}", $"with patience {patience} the listing stops at the {own}th bad evaluation in a row, D0's at the {d0}th, D2's at the {d2}th");
    }

    /// <summary>The weights that a stopped run ends with, with and without a copy of the best.</summary>
    [Claim("D1-165")]
    [Turn("facts/copy of the best weights", "kept", Verdict.Erratum)]
    [Turn("D1/early stopping listing/keeps weights", "true", Verdict.Erratum)]
    internal static Finding KeepsNoCopy(Claim claim, Document document)
    {
        bool keeps = document.Facts[Listing]["keeps weights"].Holds;
        (double weights, double copy) = (double.PositiveInfinity, double.PositiveInfinity);
        foreach (double loss in Improves)
        {
            weights = loss;
            if (keeps && loss < copy)
                copy = loss;
        }

        double ends = Working.Value("validation loss of the weights that a stopped run ends with", double.IsFinite(copy) ? copy : weights), lowest = Working.Value("lowest one before", Improves.Min());
        return Judge.Stated(claim, "copy of the best weights", ends == lowest ? "kept" : "not kept", Say($"{ends} against {lowest}"), Say($"a run of the listing whose best loss is {lowest} ends with weights of loss {ends}"))
            .AndYet("the model that one goes on with is that of the last evaluation");
    }

    /// <summary>A layer's output with and without training, and its mean over many masks.</summary>
    [Claim("D1-166")]
    [Turn("facts/applied", "always", Verdict.Erratum)]
    internal static Finding DropoutWhenTraining(Claim claim, Document document)
    {
        Real64 rate = document["D1-167"].PrintedNumber("rate").Value.ToDouble();
        var draws = new Draws(1166);
        double[] x = D3.DeepNetwork.Normals(draws, 20);
        double[] Layer(bool training) => [.. x.Select(v => training ? Dropout.Inverted<Real64>(v, draws.Uniform(0, 1) < rate ? 0 : 1, Dropout.Scale(rate)).Value : v)];
        bool still = Working.Holds("without training the output is the input, each time", Layer(false).SequenceEqual(x) && Layer(false).SequenceEqual(Layer(false)));
        int zeros = Working.Counted("of 20 elements that are zero with training", Layer(true).Count(v => v == 0), x.Length);
        double[] mean = new double[x.Length];
        for (int n = 0; n < 4000; n++)
            mean = [.. mean.Zip(Layer(true), (m, v) => m + v / 4000)];
        double off = Working.Value("largest difference of the mean over 4000 masks from the input, in standard errors", mean.Zip(x, (m, v) => Math.Abs(m - v) / (Math.Abs(v) * Math.Sqrt((rate / (1 - rate)).Value / 4000))).Max());
        Working.Uses("dropout.inverted");
        return Judge.Stated(claim, "applied", still ? "when training" : "always", $"{zeros} of 20 zero", Say($"with training off the layer gives its input unchanged, with training on {zeros} of 20 elements are zero and the mean stays, within {off:F1} standard errors"))
            .AndYet("that holds where Dropout divides what it keeps by 1 - p, which is not shown; applied to the layer's whole output it zeroes the skip connection as well");
    }

    /// <summary>The rate against the other documents' defaults.</summary>
    [Claim("D1-167")]
    [Turn("D1/other dropout defaults/D0", "0.1", Verdict.Confirmed)]
    internal static Finding DropoutRate(Claim claim, Document document)
    {
        Rational d2 = document["D2-094"].GivenExact("p"), d0 = document.Facts["other dropout defaults"]["D0"].Exact;
        Working.Value("default of D2-094", d2);
        return Judge.All(Judge.SameNumber(claim, "rate", d0, "D0's dropout layer"), Judge.SameNumber(claim, "rate", d2, "D2-094"));
    }

    /// <summary>The gap of a fitted polynomial, with more points and with a smaller degree.</summary>
    [Claim("D1-168")]
    [Turn("facts/cures/0", "larger model", Verdict.Erratum)]
    [Turn("facts/cures/1", "less data", Verdict.Erratum)]
    internal static Finding SmallerModelOrMoreData(Claim claim)
    {
        static double Gap((int Seed, int Degree, int Points) x)
        {
            var draws = new Draws(1680 + x.Seed);
            (double X, double Y)[] held = D3.PolynomialFit.Points(draws, 500, static v => v, 0.5), train = D3.PolynomialFit.Points(draws, x.Points, static v => v, 0.5);
            var fit = D3.PolynomialFit.Best(train, x.Degree, 0.001);
            return fit.Loss(held) - fit.Loss(train);
        }

        string[] cures = claim.Facts["cures"].Texts;
        PairedOutcome[] outcomes = [.. cures.Select(cure => new PairedRuns($"does {cure} lower the gap of a polynomial of degree 8 on 20 points of a line", "validation loss less training loss", Pairs).Run($"with {cure}", "before", seed => (
            Kept.Of((seed, cure == "smaller model" ? 2 : cure == "larger model" ? 16 : 8, cure == "more data" ? 100 : cure == "less data" ? 12 : 20), Gap), Kept.Of((seed, 8, 20), Gap))))];
        Tally lower = new Tally("cures that lower the gap").AddAll(outcomes.Select(o => o.Direction == "lower")).Shown();
        return Judge.Holds(lower.Always, $"{lower} cures", $"{And(cures.Zip(outcomes, (c, o) => $"{c} lowers the gap in {o.Lower} of {Pairs} pairs"))}", $"{And(cures.Zip(outcomes, (c, o) => $"{c}: {o.Direction}"))}");
    }

    private static string Told(long? stop) => stop is { } at ? Say($"stops at evaluation {at}") : "never stops";
}
