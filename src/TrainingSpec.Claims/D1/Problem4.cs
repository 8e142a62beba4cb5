using TrainingSpec.Claims.Experiments;
using TrainingSpec.Formulas;
using TrainingSpec.Numbers;
using TrainingSpec.Training;
using static TrainingSpec.Claims.Sentence;

namespace TrainingSpec.Claims.D1;

/// <summary>D1, "Problem 4: Loss Oscillating".</summary>
internal static class Problem4
{
    private const string Listing = "accumulating listing";

    /// <summary>The five losses, and that each step goes the other way.</summary>
    [Claim("D1-169")]
    [Turn("given/losses/2", "3.7", Verdict.Erratum)]
    internal static Finding Log(Claim claim)
    {
        double[] losses = claim.GivenRow("losses");
        Rational[] exact = claim.GivenExactRow("losses");
        double[] steps = [.. losses.Zip(losses.Skip(1), (a, b) => b - a)];
        Tally turns = new Tally("inner losses at which the direction turns").AddAll(steps.Zip(steps.Skip(1), (a, b) => a * b < 0)).Shown();
        double swing = Working.Value("mean step over the mean loss", steps.Average(Math.Abs) / losses.Average());
        double chance = Working.Value("chance that five independent numbers turn at each of the three", 4.0 / 15);
        return Judge.All([
            .. claim.PrintedKeys.Select((key, i) => Judge.Number(claim, key, exact[i])),
            Judge.Holds(turns.Always && swing > Symptoms.WildShare, $"{turns} turns", Say($"the loss turns at {turns} inner steps and swings by {swing:P0} of its mean"), $"the loss turns at {turns} inner steps")])
            .AndYet(Say($"five numbers drawn at random turn as often with probability {chance:F2}: five steps can't tell an oscillation from noise"));
    }

    /// <summary>Each cause planted: a rate above the limit, batches of one, noise on the gradient.</summary>
    [Claim("D1-170")]
    [Turn("facts/causes/0", "rate too low", Verdict.Erratum)]
    [Turn("facts/causes", "[\"rate too high\", \"batch too small\"]", Verdict.Erratum)]
    internal static Finding Causes(Claim claim)
    {
        string[] causes = claim.Facts["causes"].Texts;
        static double Swing(string cause) => cause switch
        {
            "rate too high" => SwingOf(D3.PlantedRuns.DoubleWell(1.2).TrainingLoss),
            "rate too low" => SwingOf(D3.PlantedRuns.DoubleWell(0.01).TrainingLoss),
            "batch too small" => Kept.Of(1, static size => Noisy(size, 1)),
            "noisy gradients" => Kept.Of(3.0, static noise => Noisy(16, noise)),
            _ => 0,
        };
        foreach (string cause in causes)
            Working.Value($"mean step of the loss over its mean, {cause}", Swing(cause));
        double sound = Working.Value("without any of them, batches of 64", Kept.Of(64, static size => Noisy(size, 0.3)));
        Tally wild = new Tally("planted causes under which the loss swings by more than a twentieth").AddAll(causes.Select(c => Swing(c) > Symptoms.WildShare)).Shown();
        return Judge.All(
            Judge.Number(claim, "causes", causes.Length),
            Judge.Holds(wild.Always && sound < Symptoms.WildShare, $"{wild} causes", Say($"with {And(causes)} planted, one at a time, a run's loss swings by more than a twentieth of its mean, without them by {sound:P1}"), $"{wild} of {And(causes)} make the loss swing by more than a twentieth"));
    }

    /// <summary>A run that bounces between two sides, at its rate and at the stated part of it.</summary>
    [Claim("D1-171")]
    [Turn("given/factor", "0.95", Verdict.Erratum)]
    internal static Finding HalveTheRate(Claim claim)
    {
        double factor = claim.GivenNumber("factor");
        double before = Working.Value("swing of the loss of a double well at 1.2 times its stable rate", SwingOf(D3.PlantedRuns.DoubleWell(1.2, steps: 200).TrainingLoss)), after = Working.Value("with the rate times the factor", D3.PlantedRuns.DoubleWell(1.2 * factor, steps: 200).TrainingLoss[^1]);
        Tally alternates = new Tally("parabolas at 1.1 to 1.9 times the inverse curvature, which alternate, that go one way with the rate times the factor").AddAll(Enumerable.Range(11, 9).Select(i => 1 - factor * i / 10 >= 0)).Shown();
        Working.Uses("hessian.factor");
        return Judge.All(
            Judge.Number(claim, "factor", claim.GivenExact("factor")),
            Judge.Holds(
                before > Symptoms.WildShare && after < 1e-6 && alternates.Always,
                Say($"{alternates} parabolas"),
                Say($"with the rate times {factor} a run that bounced for ever comes to rest, and {alternates} parabolas that alternated go one way"),
                Say($"with the rate times {factor} the loss ends at {after:G2}, and {alternates} parabolas go one way")))
            .AndYet("a loss that grows may lie more than twice above the limit, and then one halving is not enough");
    }

    /// <summary>The variance of the mean gradient with the new batch over the old.</summary>
    [Claim("D1-172")]
    [Turn("given/new", "2", Verdict.Erratum)]
    internal static Finding LargerBatch(Claim claim)
    {
        (int old, int now) = (claim.GivenInteger("old"), claim.GivenInteger("new"));
        Precise ratio = Working.Apply(Batches.Variance, Precise.Of(1), Precise.Of(now)) / Batches.Variance(Precise.Of(1), Precise.Of(old));
        double share = Working.Value("variance with the new batch over the old", (double)ratio), swing = Working.Value("swing of a noisy run with the new batch over the old", Kept.Of(now, static size => Noisy(size, 1)) / Kept.Of(old, static size => Noisy(size, 1)));
        return Judge.All(
            Judge.Row(claim, "batch", [now, old]),
            Judge.Holds(share < 1 && swing < 1, Say($"{share}"), Say($"with {now} examples in place of {old} the variance of the mean gradient is {share} of what it was, and a noisy run swings {swing:F2} times as much"), Say($"the variance is {share} times what it was")));
    }

    /// <summary>Adam's path with gradients that are summed against averaged ones; where clipping comes in, and plain descent.</summary>
    [Claim("D1-173")]
    [Turn("facts/missing division under Adam", "harmful", Verdict.Erratum)]
    internal static Finding NearlyHarmlessUnderAdam(Claim claim)
    {
        int parts = claim.GivenInteger("accumSteps");
        (double adam, double clipped, double sgd) = Kept.Of(parts, static parts => Apart(parts));
        Working.Uses("adam.update");
        Working.Value("largest difference of Adam's paths over 100 steps at rate 0.001, gradients as they are and times the parts", adam);
        Working.Value("the same with each gradient clipped at 1", clipped);
        Working.Value("step of plain descent with the sum over that with the mean", sgd);
        string found = adam < 1e-6 ? "nearly harmless" : "harmful";
        return Judge.Stated(
            claim,
            "missing division under Adam",
            found,
            Say($"{adam:G1}, clipped {clipped:G1}"),
            Say($"with gradients {parts} times as large Adam's path differs by at most {adam:G1} over 100 steps, for its step divides by their size; with clipping at 1 by {clipped:G1}; plain descent takes steps {sgd:G2} times as large"));
    }

    /// <summary>The listing run over three groups: its gradient against that of one large batch.</summary>
    [Claim("D1-174")]
    [Turn("D1/accumulating listing/in the loop", "[\"loss\", \"backward of loss / parts\"]", Verdict.Confirmed, AndPlace = "D1/accumulating listing/after the loop", AndValue = "[\"step\", \"zero gradients\"]")]
    [Turn("D1/accumulating listing/after the loop", "[\"step\", \"zero gradients\"]", Verdict.Erratum)]
    internal static Finding NeitherDividedNorZeroed(Claim claim, Document document)
    {
        int parts = claim.GivenInteger("accumSteps");
        string[] loop = document.Facts[Listing]["in the loop"].Texts, after = document.Facts[Listing]["after the loop"].Texts;
        var draws = new Draws(1174);
        double stored = 0;
        List<double> ratios = [];
        Tally same = new("groups whose step takes the gradient of one batch of all their examples");
        for (int group = 0; group < 3; group++)
        {
            double[] gradients = [.. Enumerable.Range(0, parts).Select(_ => 1 + draws.Uniform(0, 1))];
            foreach (double g in gradients)
                stored = GradientAccumulation.Added<Real64>(stored, g, loop.Any(s => s.Contains("/ parts", StringComparison.Ordinal)) ? 1.0 / parts : 1).Value;
            foreach (string stage in after)
            {
                if (stage == "step")
                {
                    ratios.Add(Working.Value($"gradient that step {group + 1} takes over that of one large batch", stored / gradients.Average()));
                    same.Add(Closeness.Near(stored, gradients.Average(), 16));
                }

                if (stage == "zero gradients")
                    stored = 0;
            }
        }

        Working.Uses("gradient_accumulation.mean");
        same.Shown();
        return Judge.Holds(
            same.Always,
            And(ratios.Select(r => Say($"{r:F2}"))),
            $"the listing takes the gradient of one large batch in {same} groups",
            Say($"the listing adds {parts} gradients without dividing, and never zeroes them: the steps take {And(ratios.Select(r => Say($"{r:F2}")))} times the gradient of one large batch, and each holds all groups before it"))
            .With("under Adam the factor alone would be nearly harmless (D1-173), the groups before are not");
    }

    /// <summary>Steps over batches.</summary>
    [Claim("D1-175", Plain = true)]
    [Turn("given/accumSteps", "8", Verdict.Erratum)]
    internal static Finding OneUpdatePerGroup(Claim claim, Document document)
    {
        int parts = claim.GivenInteger("accumSteps"), steps = document.Facts[Listing]["after the loop"].Texts.Count(s => s == "step");
        Rational batches = Working.Value("batches per update of the listing", (Rational)parts / steps);
        return Judge.Number(claim, "comment", batches);
    }

    private static double SwingOf(IReadOnlyList<double> loss)
    {
        double[] tail = [.. loss.Skip(loss.Count / 2)];
        return tail.Zip(tail.Skip(1), (a, b) => Math.Abs(b - a)).Average() / tail.Average();
    }

    // The logged loss of a batch in mini-batch descent on a noisy line.
    private static double Noisy(int size, double noise)
    {
        var draws = new Draws(1170);
        double w = 0;
        List<double> losses = [];
        for (int step = 0; step < 400; step++)
        {
            (double loss, double gradient) = (0, 0);
            for (int i = 0; i < size; i++)
            {
                double x = draws.Normal(), error = w * x - (x + noise * draws.Normal());
                loss += (1 + error * error) / size;
                gradient += 2 * error * x / size;
            }

            losses.Add(loss);
            w = Sgd.Update<Real64>(w, gradient, 0.02).Value;
        }

        return SwingOf(losses);
    }

    private static (double Adam, double Clipped, double Sgd) Apart(int parts)
    {
        double Path(bool clip)
        {
            var draws = new Draws(1173);
            (AdamRun<Real64> mean, AdamRun<Real64> sum) = (new(1), new(1));
            double largest = 0;
            for (int t = 0; t < 100; t++)
            {
                double g = 0.1 + 0.5 * Math.Abs(draws.Normal());
                (double a, double b) = clip ? (Math.Min(1, g), Math.Min(1, parts * g)) : (g, parts * g);
                largest = Math.Max(largest, Math.Abs(mean.Step(a).Value - sum.Step(b).Value));
            }

            return largest;
        }

        return (Path(false), Path(true), Sgd.Update<Real64>(0, parts, 1).Value / Sgd.Update<Real64>(0, 1, 1).Value);
    }
}
