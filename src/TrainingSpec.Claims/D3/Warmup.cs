using TrainingSpec.Claims.Experiments;
using TrainingSpec.Formulas;
using TrainingSpec.Models;
using TrainingSpec.Numbers;
using static TrainingSpec.Claims.Sentence;

namespace TrainingSpec.Claims.D3;

/// <summary>D3, "Warmup".</summary>
internal static class Warmup
{
    /// <summary>The stated rate against ours, and over the given warmup.</summary>
    [Claim("D3-032")]
    [Turn("facts/formula", "eta_max * w / t", Verdict.Erratum)]
    [Turn("facts/formula", "eta_max * (t + 1) / w", Verdict.Erratum)]
    internal static Finding LinearRate(Claim claim)
    {
        (Precise peak, int w) = (Exact.Of(claim.GivenExact("eta_max")), claim.GivenInteger("w"));
        foreach (int t in (int[])[1, w])
            Working.Apply(Schedules.WarmupRate, peak, Precise.Of(w), Precise.Of(t));
        return Judge.Formula(claim, "formula", x => Schedules.WarmupRate(x["eta_max"], x["w"], x["t"]))
            .AndYet("no warmup, w = 0, is 0/0 at t = 0 and must be caught; past w the formula goes on rising and its condition must be kept");
    }

    /// <summary>The first rate, with t counted from 0 and from 1.</summary>
    [Claim("D3-033")]
    [Turn("facts/begins with", "large", Verdict.Erratum)]
    [Turn("D3-032/facts/formula", "eta_max * (w - t) / w", Verdict.Erratum)]
    internal static Finding BeginsSmall(Claim claim, Document document)
    {
        (StatedFormula rate, int w) = (document["D3-032"].Facts["formula"].Formula, document["D3-032"].GivenInteger("w"));
        double[] first = [.. ((int[])[0, 1]).Select(t => Working.Value($"rate at t = {t} over the highest, w = {w}", Share(rate, w, t)))];
        return Judge.Stated(
            claim,
            "begins with",
            first.All(r => r <= 0.1) ? "small" : first.All(r => r >= 0.9) ? "large" : "either",
            Say($"{first[0]} or {first[1]}"),
            Say($"the first rate is {first[0]} or {first[1]} of the highest, with t counted from 0 or from 1 and w = {w}"))
            .AndYet("counted from 0 the first rate is 0 and the first batch changes nothing; the text does not say where t starts");
    }

    /// <summary>The rate at step w, and on the way there.</summary>
    [Claim("D3-034")]
    [Turn("D3-032/facts/formula", "eta_max * t / (w + 1)", Verdict.Erratum)]
    [Turn("facts/reaches", "half of the maximum", Verdict.Erratum)]
    internal static Finding ReachesTheMaximum(Claim claim, Document document)
    {
        StatedFormula rate = document["D3-032"].Facts["formula"].Formula;
        (Tally peak, Tally rising) = (new("warmups of 1 to 200 steps whose rate at step w is the highest one"), new("steps at which the rate rises"));
        for (int w = 1; w <= 200; w++)
        {
            peak.Add(Share(rate, w, w) == 1);
            for (int t = 1; t <= w; t++)
                rising.Add(Share(rate, w, t) > Share(rate, w, t - 1));
        }

        peak.Shown();
        rising.Shown();
        return Judge.Stated(claim, "reaches", peak.Always && rising.Always ? "the maximum" : "less", $"{peak} warmups", $"the rate rises at {rising} steps and at step w is the highest one, exactly, in {peak} warmups");
    }

    /// <summary>The mean of the bias-corrected second moment, exact, of gradients that are all drawn alike.</summary>
    [Claim("D3-035")]
    [Turn("facts/mean of v-hat against the true second moment", "equal", Verdict.Confirmed)]
    internal static Finding SecondMomentIsUnbiased(Claim claim)
    {
        Rational beta = claim.GivenExact("beta2");
        (Tally unbiased, Tally low) = (new("steps t = 1 … 50 at which the weights of the squared gradients in v-hat add up to 1"), new("draws of 1000 in which v-hat after the first step lies below 1"));
        Rational power = 1, uncorrected = 0;
        for (int t = 1; t <= 50; t++)
        {
            (power, uncorrected) = (power * beta, beta * uncorrected + (1 - beta));
            unbiased.Add(uncorrected / (1 - power) == 1);
        }

        var draws = new Draws(335);
        for (int n = 0; n < 1000; n++)
        {
            double g = draws.Normal();
            low.Add(g * g < 1);
        }

        Working.Uses("adam.second_moment");
        Working.Uses("adam.bias_correction");
        unbiased.Shown();
        low.Shown();
        return Judge.Stated(
            claim,
            "mean of v-hat against the true second moment",
            unbiased.Always ? "equal" : "below",
            $"{unbiased} steps",
            Say($"for gradients that are drawn alike the mean of v-hat is their second moment at {unbiased} steps: that is what the bias correction is for; what is unreliable early is its spread ({low} first values lie below the mean, since a few large ones lie far above)"))
            .With("without the correction the mean would be 1 - beta2^t of it, and that is too small");
    }

    /// <summary>Adam's first steps against its later ones under pure noise, and what a warmup changes at the document's rate and at larger ones.</summary>
    [Claim("D3-036")]
    [Turn("facts/loss with warmup", "higher", Verdict.Erratum)]
    internal static Finding LargeEarlySteps(Claim claim, Document document)
    {
        string stated = claim.Facts["loss with warmup"].Text;
        (double rate, int w) = (document["D3-032"].GivenNumber("eta_max"), document["D3-032"].GivenInteger("w"));
        (double first, double late) = Kept.Of(336, static seed => StepSizes(seed));
        Working.Value("mean size of Adam's first step in units of the rate, gradients pure noise", first);
        Working.Value("of its steps from 400 to 500", late);
        Working.Uses("adam.update");
        (int Factor, PairedOutcome Outcome)[] tried = [.. ((int[])[1, 1000]).Select(factor => (factor, new PairedRuns(
            Say($"does a warmup of {w} steps lower the loss that a network of four tanh layers ends at, by Adam at {factor} times the rate {rate}"), "loss on new data after 100 steps", Pairs: 20, Least: 0.001).Run("with a warmup", "without", seed => (
                HeldOutLoss(seed, factor * rate, w), HeldOutLoss(seed, factor * rate, 1)))))];
        return Judge.Conditional(
            first > late && tried.All(t => t.Outcome.Direction == stated),
            first > late && tried[1].Outcome.Direction == stated,
            Say($"when the rate is large ({tried[1].Factor} times the {rate} that the claim on the formula starts from)"),
            Say($"first steps of {first:G2}, later ones of {late:G2} rates; {And(tried.Select(t => t.Outcome.Direction))}"),
            Say($"under noise Adam's first step is {first:G2} rates long and its later ones {late:G2}, so that early steps are the largest; with a warmup the loss on new data ends {And(tried.Select(t => Say($"{t.Outcome.Direction} at {t.Factor} times")))} the rate {rate}"))
            .With([.. tried.Select(t => Say($"{t.Factor} times: {t.Outcome}"))]);
    }

    /// <summary>What v̂ tends to, for gradients with the given mean and deviation.</summary>
    [Claim("D3-037")]
    [Turn("facts/v-hat estimates", "mu^2 + sigma^2", Verdict.Confirmed)]
    [Turn("given/mu", "0", Verdict.Confirmed)]
    [Turn("facts/v-hat estimates", "sigma", Verdict.Erratum)]
    internal static Finding SecondMomentIsNotVariance(Claim claim)
    {
        StatedFormula stated = claim.Facts["v-hat estimates"].Formula;
        (double mu, double sigma) = (claim.GivenNumber("mu"), claim.GivenNumber("sigma"));
        double Said(double mean, double deviation) => stated.Evaluate<Real64>(name => [name == "mu" ? mean : deviation]).Value;
        double vHat = Working.Value("v-hat after 20000 gradients of this mean and deviation (seed 337)", Kept.Of((mu, sigma), static x => SecondMoment(x.mu, x.sigma)));
        Working.Uses("adam.corrected_moment");
        double said = Working.Value($"{stated}, as the text has it", Said(mu, sigma)), limit = Working.Value("mu^2 + sigma^2", mu * mu + sigma * sigma);
        return Judge.Conditional(
            said == limit && Math.Abs(vHat - limit) < 0.3 * limit,
            Said(0, 2) == 4 && Said(0, 0.5) == 0.25,
            "when the mean gradient is zero",
            Say($"{limit}, not {said}"),
            Say($"for gradients of mean {mu} and deviation {sigma} v-hat tends to {limit} ({vHat:G3} measured), the mean square, while {stated} is {said}: it is not centred"));
    }

    /// <summary>The variance of a mean gradient over batches of growing size.</summary>
    [Claim("D3-038")]
    [Turn("facts/first steps with large batches", "more reliable", Verdict.Confirmed)]
    internal static Finding LargeBatchesAreReliable(Claim claim)
    {
        int[] sizes = [8, 64, 512];
        double[] variances = [.. sizes.Select(size => Working.Value($"variance of the mean gradient of {size} examples at the first weights, over 400 batches", Kept.Of(size, static size => Variance(size))))];
        Precise exact = Working.Apply(Formulas.Batches.Variance, Precise.Of(1), Precise.Of(64));
        double falls = Working.Value("from the smallest to the largest batch it falls by the factor", variances[0] / variances[2]);
        string found = variances[0] > variances[1] && variances[1] > variances[2] ? "more reliable" : variances[0] < variances[2] ? "less reliable" : "alike";
        return Judge.Stated(
            claim,
            "first steps with large batches",
            found,
            Say($"{falls:G3} times less variance"),
            Say($"at the first weights of a linear model the variance of a batch's mean gradient falls by {falls:G3} from {sizes[0]} to {sizes[2]} examples, as 1/B does (1/64 is {exact:G4}): the larger the batch, the more reliable its statistics are from the first step on"))
            .With("what makes large batches need a warmup is their larger rate, which the text does not name");
    }

    /// <summary>The spread of single sequences' gradients at the random weights and after training: by itself, and against their mean.</summary>
    [Claim("D3-039")]
    [Turn("facts/variance at initialization against later", "lower", Verdict.Erratum)]
    internal static Finding VarianceAtInitialization(Claim claim, Document document)
    {
        const int Pairs = 20, Steps = 200;
        string stated = claim.Facts["variance at initialization against later"].Text;
        double rate = document["D3-032"].GivenNumber("eta_max");
        PairedOutcome spread = Run("summed variance of 64 single sequences' gradients", m => m.Spread), noise = Run("that variance over the squared mean gradient", m => m.Noise);
        return Judge.TwoReadings(
            spread.Direction == stated,
            noise.Direction == stated,
            $"{spread.Direction} and {noise.Direction}",
            Say($"in a small GPT at random weights, against {Steps} AdamW steps later at rate {rate}, the summed variance of single sequences' gradients is {spread.Direction} (higher in {spread.Higher} of {Pairs} pairs), their variance over the squared mean gradient {noise.Direction} (higher in {noise.Higher} of {Pairs}): high by itself and high against the signal are two readings"))
            .With(spread.ToString(), noise.ToString());

        PairedOutcome Run(string measured, Func<(double Spread, double Noise), double> of) =>
            new PairedRuns(Say($"do a small GPT's gradients vary more at random weights than after {Steps} steps at rate {rate}"), measured, Pairs).Run("at random weights", "after training", seed => (
                of(Kept.Of(seed, static s => SmallGpt.GradientSpread(SmallGpt.Fresh(s), 339))),
                of(Kept.Of((seed, rate, Steps), static x => Trained(x.seed, x.rate, x.Steps)))));

        static (double Spread, double Noise) Trained(int seed, double rate, int steps)
        {
            Gpt<Real64> gpt = SmallGpt.Fresh(seed);
            SmallGpt.Train(gpt, new Draws(3900 + seed), steps, _ => rate);
            return SmallGpt.GradientSpread(gpt, 339);
        }
    }

    /// <summary>The typical range against the warmups of the other documents.</summary>
    [Claim("D3-040")]
    [Turn("printed/range", "10–10,000", Verdict.Confirmed)]
    internal static Finding TypicalLength(Claim claim, Document document)
    {
        PrintedRange range = claim.PrintedRange("range");
        (string Id, int Steps)[] warmups = [("D1-030", document["D1-030"].GivenInteger("warmup")), ("D4-066", document["D4-066"].GivenInteger("warmup_steps"))];
        foreach ((string id, int steps) in warmups)
            Working.Value($"warmup steps of {id}", steps);
        (string Id, int Steps)[] outside = [.. warmups.Where(w => !range.Contains(w.Steps))];
        return Judge.Agrees(
            outside.Length == 0,
            And(outside.Select(w => w.Id)),
            And(warmups.Select(w => $"{w.Steps}")),
            $"this document has no default of its own; the warmups of the others are {And(warmups.Select(w => $"{w.Steps} steps ({w.Id})"))}, the range here is {range}");
    }

    private static double Share(StatedFormula rate, int w, int t) => rate.Evaluate<Real64>(name => [name switch { "t" => t, "w" => w, _ => 1 }]).Value;

    private static (double First, double Late) StepSizes(int seed)
    {
        var draws = new Draws(seed);
        (double first, double late) = (0, 0);
        for (int run = 0; run < 200; run++)
        {
            var adam = new AdamRun<Real64>(0) { LearningRate = 1 };
            double before = 0;
            double[] gradients = draws.Normals(500);
            for (int t = 1; t <= 500; t++)
            {
                double after = adam.Step(gradients[t - 1]).Value;
                first += t == 1 ? Math.Abs(after - before) / 200 : 0;
                late += t > 400 ? Math.Abs(after - before) / 200 / 100 : 0;
                before = after;
            }
        }

        return (first, late);
    }

    // The loss on new data of a network of four tanh layers that learns another one's map, after 100 steps of Adam.
    internal static double HeldOutLoss(int seed, double rate, int warmup) => Kept.Of((seed, rate, warmup), static x => AfterTraining(x.seed, x.rate, x.warmup));

    private static double AfterTraining(int seed, double rate, int warmup)
    {
        const int Width = 8, Rows = 32;
        var draws = new Draws(3600 + seed);
        var network = new DeepNetwork(Width, 4, Squashing.Tanh, Math.Sqrt(1.0 / Width), seed);
        var teacher = new DeepNetwork(Width, 1, Squashing.Tanh, Math.Sqrt(1.0 / Width), 10_000 + seed);
        double[] x = DeepNetwork.Normals(draws, Rows * Width), held = DeepNetwork.Normals(draws, Rows * Width);
        (double[] y, double[] heldY) = (teacher.Forward(x), teacher.Forward(held));
        AdamRun<Real64>[][] runs = [.. network.Weights.Select(w => w.Select(v => new AdamRun<Real64>(v)).ToArray())];
        for (int t = 1; t <= 100; t++)
        {
            double[][] gradients = network.Gradients(x, y).Weights;
            for (int layer = 0; layer < runs.Length; layer++)
            {
                for (int i = 0; i < runs[layer].Length; i++)
                {
                    runs[layer][i].LearningRate = rate * Math.Min(1, (double)t / warmup);
                    network.Weights[layer][i] = runs[layer][i].Step(gradients[layer][i]).Value;
                }
            }
        }

        return network.Loss(held, heldY);
    }

    private static double SecondMoment(double mu, double sigma)
    {
        var draws = new Draws(337);
        var adam = new AdamRun<Real64>(0);
        foreach (double z in draws.Normals(20_000))
            adam.Step(mu + sigma * z);
        return adam.Corrected.Second.Value;
    }

    private static double Variance(int size)
    {
        var draws = new Draws(338);
        double[] means = [.. Enumerable.Range(0, 400).Select(_ => draws.Normals(2 * size).Chunk(2).Average(pair => -pair[0] * (2 * pair[0] + pair[1])))];
        double mean = means.Average();
        return means.Average(m => (m - mean) * (m - mean));
    }
}
