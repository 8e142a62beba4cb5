using TrainingSpec.Claims.D1.Listings;
using TrainingSpec.Claims.Experiments;
using TrainingSpec.Formulas;
using static TrainingSpec.Claims.Sentence;

namespace TrainingSpec.Claims.D1;

/// <summary>D1, "Exercise 3: Gradient Monitoring": the listing run on gradients that it should and should not warn of.</summary>
internal static class Exercise3
{
    private const string Listing = "gradient stats listing";

    /// <summary>The printed maximum against the largest entry, for gradients of both signs and of one.</summary>
    [Claim("D1-198")]
    [Turn("D1/gradient stats listing/max starts at", "-inf", Verdict.Confirmed)]
    internal static Finding MaximumStartsAtZero(Document document)
    {
        double[][][] rows = [[[-1, 2], [0.5]], [[-3, -1], [-0.25]], [[-0.1]], [[4]]];
        double printed = Working.Value("maximum that the listing prints for (-3, -1), (-0.25)", GradientStatsListing.Run(document.Facts[Listing], rows[1]).Max);
        double largest = Working.Value("their largest entry", rows[1].SelectMany(r => r).Max());
        Tally right = new Tally("lists of gradients whose printed maximum is their largest entry").AddAll(rows.Select(r => GradientStatsListing.Run(document.Facts[Listing], r).Max == r.SelectMany(x => x).Max())).Shown();
        return Judge.Holds(
            right.Always,
            Say($"{printed} for {largest}"),
            $"the printed maximum is the largest entry in {right} lists",
            Say($"the maximum starts at {document.Facts[Listing]["max starts at"].Text}, so that gradients that are all negative are printed with the maximum {printed}, where their largest entry is {largest}; it must start at minus infinity, as the minimum starts at infinity"));
    }

    /// <summary>What the printed maximum and minimum are of gradients with a large negative entry.</summary>
    [Claim("D1-199")]
    [Turn("facts/extremes of", "magnitudes", Verdict.Erratum)]
    internal static Finding SignedExtremes(Claim claim, Document document)
    {
        double[] gradient = [-50, 1, 0.5];
        GradientStatsListing.Printed printed = GradientStatsListing.Run(document.Facts[Listing], gradient);
        (double max, double min) = (Working.Value("printed maximum of (-50, 1, 0.5)", printed.Max), Working.Value("printed minimum", printed.Min));
        string found = max == gradient.Max() && min == gradient.Min() ? "signed entries" : max == gradient.Max(Math.Abs) ? "magnitudes" : "neither";
        return Judge.Stated(claim, "extremes of", found, Say($"{max} and {min}"), Say($"of (-50, 1, 0.5) the listing prints the maximum {max} and the minimum {min}: extremes of the {found}"))
            .AndYet("the smallest magnitude, by which a vanishing gradient would show, is printed nowhere; D2 logs magnitudes");
    }

    /// <summary>A model whose parameters have no gradients at all.</summary>
    [Claim("D1-200")]
    [Turn("facts/warns of", "exploding", Verdict.Erratum)]
    [Turn("D1/gradient stats listing/min starts at", "0", Verdict.Erratum)]
    internal static Finding NoGradients(Claim claim, Document document)
    {
        GradientStatsListing.Printed printed = GradientStatsListing.Run(document.Facts[Listing], null, null);
        string numbers = string.Join(", ", new[] { printed.Norm, printed.Max, printed.Min }.Select(x => double.IsPositiveInfinity(x) ? "+Inf" : Say($"{x}")));
        Working.Tried($"two parameters without gradients: norm, maximum and minimum are printed as {numbers}; warned of: {string.Join(", ", printed.Warnings)}");
        return Judge.All(
            Judge.Stated(claim, "prints", numbers, numbers, $"without any gradient the listing prints {numbers}"),
            Judge.Stated(claim, "warns of", string.Join(", ", printed.Warnings), string.Join(", ", printed.Warnings), $"and warns of {string.Join(", ", printed.Warnings)} gradients"))
            .AndYet("no gradient at all, which means that the backward pass did not run, looks like a vanishing one, with an infinite minimum");
    }

    /// <summary>Parameters without a gradient among others.</summary>
    [Claim("D1-201")]
    [Turn("facts/without a gradient", "counted", Verdict.Erratum)]
    internal static Finding SkipsMissing(Claim claim, Document document)
    {
        GradientStatsListing.Printed with = GradientStatsListing.Run(document.Facts[Listing], [3, 4], null, [12]), without = GradientStatsListing.Run(document.Facts[Listing], [3, 4], [12]);
        double norm = Working.Value("norm of (3, 4), none, (12)", with.Norm);
        bool same = with.Norm == without.Norm && with.Max == without.Max && with.Min == without.Min;
        return Judge.Stated(claim, "without a gradient", same ? "skipped" : "counted", Say($"{norm}"), Say($"with a parameter without gradient among two others the listing prints the same numbers as without it, and the norm {norm}"));
    }

    /// <summary>The norm of norms, as it is stated, against the norm of all entries.</summary>
    [Claim("D1-202")]
    [Turn("facts/formula", "sum(norms)", Verdict.Erratum)]
    [Turn("facts/formula", "sqrt(sum(norms))", Verdict.Erratum)]
    internal static Finding GlobalNorm(Claim claim, Document document)
    {
        var draws = new Draws(1202);
        Tally same = new Tally("lists of gradients whose printed norm is that of all their entries").AddAll(Enumerable.Range(0, 50).Select(_ =>
        {
            double[][] gradients = [.. Enumerable.Range(0, 1 + draws.Index(5)).Select(_ => D3.DeepNetwork.Normals(draws, 1 + draws.Index(20)))];
            return Closeness.Near(GradientStatsListing.Run(document.Facts[Listing], gradients).Norm, D3.DeepNetwork.Norm([.. gradients.SelectMany(g => g)]), 200);
        })).Shown();
        return Judge.All(
            Judge.Formula(claim, "formula", x => Norms.L2<Precise>(x.Row("norms"))),
            Judge.Holds(same.Always, $"{same} lists", $"the printed norm is that of all entries in {same} lists", $"the printed norm is that of all entries in {same} lists"));
    }

    /// <summary>Gradients that are no numbers: what is printed and warned of.</summary>
    [Claim("D1-203")]
    [Turn("facts/warnings for NaN", "exploding", Verdict.Erratum)]
    internal static Finding SilentOnNaN(Claim claim, Document document)
    {
        GradientStatsListing.Printed nan = GradientStatsListing.Run(document.Facts[Listing], [1, double.NaN], [2]), inf = GradientStatsListing.Run(document.Facts[Listing], [1, double.PositiveInfinity], [2]);
        string Told(GradientStatsListing.Printed printed) => printed.Warnings.Count == 0 ? "none" : string.Join(", ", printed.Warnings);
        int count = Working.Value("warnings for a gradient with a NaN", nan.Warnings.Count);
        Working.Tried($"warnings for a gradient with an infinite entry: {Told(inf)}");
        return Judge.Stated(claim, "warnings for NaN", Told(nan), $"{count} warnings", $"with a NaN among the gradients the norm is NaN, both comparisons are false and the listing warns of {Told(nan)}")
            .AndYet("the monitor that should find problems early is silent on the worst of them; it needs a test for NaN of its own");
    }

    /// <summary>The listing's local names against the language's built-in functions.</summary>
    [Claim("D1-204")]
    [Turn("facts/locals/0", "largest", Verdict.Erratum)]
    [Turn("D1/Go built-ins/names", "[\"len\", \"append\"]", Verdict.Erratum)]
    internal static Finding ShadowsBuiltIns(Claim claim, Document document)
    {
        string[] locals = claim.Facts["locals"].Texts, builtIn = document.Facts["Go built-ins"]["names"].Texts;
        Tally shadow = new Tally("local variables with the name of a built-in function").AddAll(locals.Select(builtIn.Contains)).Shown();
        return Judge.Holds(shadow.Always, $"{shadow} names", $"{And(locals)} are built-in functions of Go since version 1.21, and inside of the loop the variables hide them; nothing there calls them", $"{shadow} of {And(locals)} are built-in functions");
    }

    /// <summary>The smallest norm that the format shows as more than zero, against the threshold.</summary>
    [Claim("D1-205")]
    [Turn("given/format", "%.8f", Verdict.Erratum)]
    [Turn("given/threshold", "0.01", Verdict.Erratum)]
    internal static Finding CoarserThanTheThreshold(Claim claim)
    {
        string format = claim.GivenText("format");
        double threshold = claim.GivenNumber("threshold");
        int decimals = int.Parse(format.AsSpan(2, 1), System.Globalization.CultureInfo.InvariantCulture);
        double smallest = Working.Value($"norms below this are printed as zero by {format}", 0.5 * Math.Pow(10, -decimals)), factor = Working.Value("over the threshold", smallest / threshold);
        return Judge.Holds(
            factor > 1,
            Say($"{smallest:G2}"),
            Say($"{format} prints every norm below {smallest:G2} as zero, {factor:G2} times the threshold {threshold:G2}: a norm on either side of it looks the same"),
            Say($"{format} shows norms down to {smallest:G2}, the threshold is {threshold:G2}"))
            .AndYet("the printed line can't show whether the warning is right; an exponent format would");
    }

    /// <summary>The thresholds against those of the other document's monitor; each is strict.</summary>
    [Claim("D1-206")]
    [Claim("D1-207")]
    [Turn("printed/threshold", "100", Verdict.Confirmed, Claim = "D1-206")]
    [Turn("D2-070/given/threshold", "10", Verdict.Confirmed, Claim = "D1-206")]
    [Turn("printed/threshold", "1e-7", Verdict.Confirmed, Claim = "D1-207")]
    [Turn("D1/gradient stats listing/vanishes below", "1e-7", Verdict.Erratum, Claim = "D1-207")]
    [Turn("D1/gradient stats listing/explodes above", "5", Verdict.Erratum, Claim = "D1-206")]
    internal static Finding Threshold(Claim claim, Document document)
    {
        bool explodes = claim.Id == "D1-206";
        (string word, string other) = explodes ? ("exploding", "D2-070") : ("vanishing", "D2-071");
        double threshold = document.Facts[Listing][explodes ? "explodes above" : "vanishes below"].Number, given = claim.GivenNumber("threshold");
        bool Warns(double norm) => GradientStatsListing.Run(document.Facts[Listing], [norm]).Warnings.Contains(word);
        Tally strict = new Tally("of norms at the given threshold and one unit on either side, those with the right warning").AddAll([!Warns(given), Warns(explodes ? Math.BitIncrement(given) : Math.BitDecrement(given)), !Warns(explodes ? Math.BitDecrement(given) : Math.BitIncrement(given))]).Shown();
        Finding elsewhere = Judge.SameNumber(claim, "threshold", document[other].GivenExact("threshold"), other);
        return Judge.All(
            Judge.Holds(strict.Always, $"{strict} norms", Say($"the listing warns of {word} gradients strictly beyond {threshold:G2}"), Say($"the listing warns of {word} gradients beyond {threshold:G2}, not {given:G2}")),
            elsewhere);
    }
}
