using TrainingSpec.Claims.D0.Listings;
using TrainingSpec.Claims.Experiments;
using TrainingSpec.Formulas;
using TrainingSpec.Numbers;
using static TrainingSpec.Claims.Closeness;
using static TrainingSpec.Claims.Sentence;

namespace TrainingSpec.Claims.D0;

/// <summary>D0, "Dropout".</summary>
internal static class DropoutSection
{
    private const int Count = 40000;

    /// <summary>The stated product against ours.</summary>
    [Claim("D0-134")]
    [Turn("facts/formula", "h * (1 - m)", Verdict.Erratum)]
    [Turn("facts/formula", "h + m", Verdict.Erratum)]
    internal static Finding Masked(Claim claim) => Judge.Formula(claim, "formula", x => Dropout.Plain(x.In("h", -2, 2), x.Whole("m", 0, 1)))
        .AndYet("the formula does not scale what it keeps; the listing does");

    /// <summary>How often the listing keeps an entry.</summary>
    [Claim("D0-135")]
    [Turn("facts/mask is one with probability", "p", Verdict.Erratum)]
    internal static Finding Bernoulli(Claim claim)
    {
        Tally kept = new("drop probabilities of 0.1 to 0.9 at which the share of entries that the listing keeps is 1 - p within four deviations");
        double[] shares = [.. Enumerable.Range(1, 9).Select(k => Share(0.1 * k))];
        for (int k = 1; k <= 9; k++)
            kept.Add(Math.Abs(shares[k - 1] - (1 - 0.1 * k)) < 4 * Math.Sqrt(0.1 * k * (1 - 0.1 * k) / Count));
        Working.Value(Say($"shares kept of {Count} entries at p = 0.1, 0.2 and so on"), shares);
        Working.Apply<Real64>(Dropout.Mask, 0.3, 0.2);
        return Judge.Stated(claim, "mask is one with probability", kept.Shown().Always ? "1 - p" : "p", Say($"{kept}"), Say($"{kept} {kept.What}: {shares[0]:F4} at p = 0.1 and {shares[8]:F4} at p = 0.9"));

        static double Share(double p)
        {
            var draws = new Draws(135);
            return DropoutListing.Of([.. Enumerable.Repeat(1.0, Count)], p, true, () => draws.Uniform(0, 1)).Count(y => y != 0) / (double)Count;
        }
    }

    /// <summary>The expected value in training, for the formula and for the listing, against the two ways of testing that are named.</summary>
    [Claim("D0-136")]
    [Turn("facts/at test time", "neither", Verdict.Erratum)]
    internal static Finding TestTime(Claim claim)
    {
        const double P = 0.2;
        (double Formula, double Listing) train = (Working.Value("expected value of 1 in training after the formula, p = 0.2", (1 - P) * Dropout.Plain<Real64>(1, 1).Value), Working.Value("after the listing", (1 - P) * Dropout.Inverted<Real64>(1, 1, Dropout.Scale<Real64>(P)).Value));
        (double Scaled, double All) test = (Working.Apply<Real64>(Dropout.PlainTest, 1, P).Value, 1);
        (string Name, bool Right)[] pairs =
        [
            ("formula, then scaled", Near(train.Formula, test.Scaled, 4)), ("formula, then all", Near(train.Formula, test.All, 4)),
            ("listing, then scaled", Near(train.Listing, test.Scaled, 4)), ("listing, then all", Near(train.Listing, test.All, 4)),
        ];
        foreach ((string name, bool right) in pairs)
            Working.Holds($"training by the {name} at test time has the same expected value", right);
        bool stated = claim.Facts["at test time"].Text == "scale or use all";
        return Judge.Conditional(
            stated && pairs.All(p => p.Right),
            stated && pairs[0].Right && pairs[3].Right,
            "when the choice follows training: scaled after the formula, all after the listing",
            Say($"{test.Scaled:G3} or {test.All}"),
            Say($"at p = 0.2 a value of 1 has the mean {train.Formula:G3} in training after the formula and {train.Listing:G3} after the listing; at test time it is {test.Scaled:G3} scaled and {test.All} with all activations, so that each suits one of them and is off by a factor of {test.All / test.Scaled:G3} for the other"));
    }

    /// <summary>The listing in training and at inference.</summary>
    [Claim("D0-137")]
    [Turn("facts/expected value", "multiplied by 1 - p", Verdict.Erratum)]
    [Turn("facts/at inference", "scales", Verdict.Erratum)]
    internal static Finding Inverted(Claim claim, Document document)
    {
        double p = document["D0-138"].PrintedNumber("p").Value.ToDouble();
        var draws = new Draws(137);
        double[] x = [.. Enumerable.Repeat(3.0, Count)], y = DropoutListing.Of(x, p, true, () => draws.Uniform(0, 1));
        double mean = Working.Value(Say($"mean of {Count} entries of 3 in training at p = {p}"), y.Average()), kept = Working.Value("value of one that is kept", y.Max());
        bool preserved = Math.Abs(mean - 3) < 4 * Math.Sqrt(Dropout.Variance<Real64>(3, p).Value / Count) && Near(kept, Dropout.Inverted<Real64>(3, 1, Dropout.Scale<Real64>(p)).Value, 4);
        Working.Apply<Real64>(Dropout.Scale, p);
        bool identity = DropoutListing.Of(x, p, false, () => 0).SequenceEqual(x);
        return Judge.All(
            Judge.Stated(claim, "expected value", preserved ? "preserved" : "multiplied by 1 - p", Say($"{mean:F3}"), Say($"{Count} entries of 3 have the mean {mean:F3} in training, those that are kept being {kept:G4}")),
            Judge.Stated(claim, "at inference", Working.Holds("at inference every entry comes back as it is", identity) ? "the identity" : "scales", "", "at inference every entry comes back as it is"));
    }

    /// <summary>The default against the rates that the other documents name.</summary>
    [Claim("D0-138")]
    [Turn("D1-167/printed/rate", "0.5", Verdict.Conflicts)]
    [Turn("printed/p", "0.1", Verdict.Confirmed)]
    internal static Finding Default(Claim claim, Document document)
    {
        Rational p = claim.PrintedNumber("p").Value, d1 = Working.Value("rate of D1-167", document["D1-167"].PrintedNumber("rate").Value), d2 = Working.Value("rate of D2-094", document["D2-094"].GivenExact("p"));
        return Judge.Agrees(p == d1 && p == d2, "D1-167 and D2-094", Say($"{d1} and {d2}"), Say($"the default is {p}, the other documents have {d1} and {d2}"));
    }

    /// <summary>Whether inference gives back the list itself.</summary>
    [Claim("D0-139")]
    [Turn("facts/at inference returns", "a copy", Verdict.Erratum)]
    internal static Finding SameList(Claim claim)
    {
        double[] x = [1, 2, 3], y = DropoutListing.Of(x, 0.5, false, () => 0);
        y[0] = 7;
        Working.Value("first entry of the input after the first entry of the result was set to 7", x[0]);
        return Judge.Stated(claim, "at inference returns", ReferenceEquals(x, y) && x[0] == 7 ? "the list itself" : "a copy", Say($"{x[0]}"), Say($"a 7 written into the result stands in the input, which reads {x[0]}"))
            .AndYet("in training the result is a new list: code that changes it in place works in one mode alone");
    }

    /// <summary>Uniform numbers of exactly 0 and exactly p.</summary>
    [Claim("D0-140")]
    [Turn("facts/a random number of zero at p of zero", "is kept", Verdict.Erratum)]
    internal static Finding StrictComparison(Claim claim)
    {
        double zero = Working.Value("entry of 1 at p = 0 where the generator gives 0", DropoutListing.Of([1], 0, true, () => 0)[0]), equal = Working.Value("at p = 0.25 where it gives 0.25", DropoutListing.Of([1], 0.25, true, () => 0.25)[0]);
        double ours = Working.Apply<Real64>(Dropout.Mask, 0, 0).Value;
        return Judge.Stated(claim, "a random number of zero at p of zero", zero == 0 && equal == 0 ? "is dropped" : "is kept", Say($"{zero}"), Say($"at p = 0 a random number of exactly 0 makes of 1 {zero}, since 0 > 0 is false; with >= it would be {ours}"))
            .With("with 53 random bits it happens once in 2^53 draws");
    }

    /// <summary>Probabilities of 1, above 1 and below 0.</summary>
    [Claim("D0-141")]
    [Turn("facts/p of one", "zeros", Verdict.Erratum)]
    [Turn("facts/p above one", "ZeroDivisionError", Verdict.Erratum)]
    [Turn("facts/p below zero", "zeros", Verdict.Erratum)]
    internal static Finding OutsideProbabilities(Claim claim)
    {
        (string One, string Above, string Below) found = (Of(1), Of(1.5), Of(-1));
        double above = DropoutListing.Of([1], 1.5, true, () => 0.999)[0], below = Working.Value("entry of 1 at p = -1", DropoutListing.Of([1], -1, true, () => 0.5)[0]);
        Working.Holds("the zero at p = 1.5 is a negative one", double.IsNegative(above) && above == 0);
        Working.Tried($"p = 1: {found.One}; p = 1.5: {found.Above}; p = -1: {found.Below}");
        return Judge.All(
            Judge.Stated(claim, "p of one", found.One, found.One, $"p = 1 raises {found.One}"),
            Judge.Stated(claim, "p above one", found.Above, found.Above, $"p = 1.5 gives {found.Above}"),
            Judge.Stated(claim, "p below zero", found.Below, Say($"{below}"), Say($"p = -1 keeps all and makes {below} of 1")))
            .AndYet("nothing refuses a probability outside [0, 1)");

        static string Of(double p)
        {
            double[] y = [];
            var draws = new Draws(141);
            string raised = PythonRaises.Of(() => y = DropoutListing.Of([.. Enumerable.Repeat(1.0, 50)], p, true, () => draws.Uniform(0, 1)));
            return raised != "nothing" ? raised : y.All(v => v == 0) ? "zeros" : y.All(v => v is > 0 and < 1) ? "shrinks all" : "other";
        }
    }
}
