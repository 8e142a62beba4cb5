using TrainingSpec.Claims.Experiments;
using TrainingSpec.Formulas;
using TrainingSpec.Numbers;
using TrainingSpec.Training;
using static TrainingSpec.Claims.Sentence;

namespace TrainingSpec.Claims.D2;

/// <summary>D2, "Summary": practices and their purposes.</summary>
internal static class Summary
{
    /// <summary>Gradient descent beyond the limit of stability, with and without clipping.</summary>
    [Claim("D2-136")]
    [Turn("facts/explosions", "not prevented", Verdict.Erratum)]
    [Turn("D2-064/printed/max_grad_norm", "1e30", Verdict.Erratum)]
    internal static Finding ClippingPreventsExplosions(Claim claim, Document document)
    {
        double limit = document["D2-064"].PrintedNumber("max_grad_norm").Value.ToDouble();
        double clipped = Working.Value("largest distance from the minimum, clipped", Largest(limit)), plain = Working.Value("the same, not clipped", Largest(double.PositiveInfinity));
        Working.Uses("clipping.scale");
        return Judge.Stated(
            claim, "explosions", clipped < 10 && plain > 1e6 ? "prevented" : "not prevented", Say($"{clipped:G3}, {plain:G3} without"),
            Say($"at 2.5 times the inverse curvature 100 steps end within {clipped:G3} of the minimum with gradients clipped at {limit:G2}, and {plain:G3} away without"))
            .AndYet("it stays in a cycle and does not converge, and a gradient that is NaN passes");

        static double Largest(double limit)
        {
            double x = 1, largest = 1;
            for (int t = 0; t < 100; t++)
            {
                double scale = Math.Min(1, limit / Math.Abs(x));
                x = Sgd.Update<Real64>(x, scale * x, 2.5).Value;
                largest = Math.Max(largest, Math.Abs(x));
            }

            return largest;
        }
    }

    /// <summary>The highest loss on the way, with and without a warmup: of a small GPT at the document's base rate, and in a valley that is steepest at the start at a thousand times of it.</summary>
    [Claim("D2-137")]
    [Turn("facts/highest early loss", "higher", Verdict.Erratum)]
    [Turn("facts/highest early loss", "no different", Verdict.Imprecise)]
    [Turn("D2-027/given/base_lr", "1e-6", Verdict.Erratum)]
    internal static Finding WarmupStabilizes(Claim claim, Document document)
    {
        double rate = document["D2-027"].GivenNumber("base_lr"), steep = 1000 * rate;
        string stated = claim.Facts["highest early loss"].Text;
        PairedOutcome gpt = new PairedRuns(Say($"does a warmup of 40 steps to the base rate {rate} lower the highest loss of a small GPT"), "highest loss in 100 steps", 12, Least: 0.01)
            .Run("with a warmup", "without", seed => (Kept.Of((seed, rate, true), static x => Highest(x.seed, x.rate, x.Item3)), Kept.Of((seed, rate, false), static x => Highest(x.seed, x.rate, x.Item3))));
        PairedOutcome valley = new PairedRuns(Say($"does it at the rate {steep} on x^4/4 from a start between 5 and 7"), "highest loss in 100 steps, at most 1e6", 12, Least: 0.01)
            .Run("with a warmup", "without", seed => (Valley(seed, steep, true), Valley(seed, steep, false)));
        Working.Uses("schedules.warmup_rate");
        return Judge.Conditional(
            gpt.Direction == stated && valley.Direction == stated,
            gpt.Direction == stated || valley.Direction == stated,
            valley.Direction == stated ? "where the rate is too high for the start alone, as where the loss is most curved there" : "at the document's base rate",
            $"{gpt.Direction} at the base rate, {valley.Direction} in the valley",
            Say($"with a warmup the highest loss of a small GPT at the base rate shows {gpt.Direction} ({gpt.Lower} of {gpt.Values.Count} pairs lower); on x^4/4, which is most curved at the start, at {steep} it shows {valley.Direction} ({valley.Lower} of {valley.Values.Count} pairs lower)"))
            .With(gpt.ToString(), valley.ToString());
    }

    /// <summary>The product, and the variance of an accumulated gradient beside that of one micro-batch.</summary>
    [Claim("D2-138")]
    [Turn("facts/effective batch", "the same", Verdict.Erratum)]
    [Turn("D2/train_with_accumulation/reset", "nothing", Verdict.Erratum)]
    internal static Finding LargerEffectiveBatch(Claim claim, Document document)
    {
        const int Steps = 4, Micro = 8, Trials = 400;
        var draws = new Draws(338);
        Real64[][] gradients = [.. Enumerable.Range(0, Steps * Trials).Select(_ => new[] { new Real64(draws.Normals(Micro).Average()) })];
        double[] updates = [.. new Listings.AccumulationListing(document.Facts["train_with_accumulation"]).Run<Real64>(gradients, Steps).Updates.Select(u => u[0].Value)];
        // A variance of normals from so many draws is off by a relative √(2/Trials), in one of 15,000 cases by four times that.
        double near = 4 * Math.Sqrt(2.0 / Trials);
        double size = Working.Apply<Real64>(GradientAccumulation.EffectiveBatch, Micro, Steps).Value, one = 1 / Working.Value(Say($"variance of one example's gradient over that of what the optimizer is handed, {Steps} micro-batches of {Micro}"), 1 / updates.Average(u => u * u));
        return Judge.Stated(
            claim, "effective batch", Math.Abs(one * size - 1) < near ? "larger" : "the same", Say($"{size} examples"),
            Say($"{Steps} micro-batches of {Micro} act like {size} examples: the variance of the gradient is {1 / one:F1} times smaller than that of one example"));
    }

    /// <summary>The document's two warnings on a run that explodes, and on gradients that are no numbers.</summary>
    [Claim("D2-140")]
    [Turn("D2/warnings/rows/0/0", "not <=", Verdict.Confirmed)]
    [Turn("D2/warnings/rows/0/1", "1e400", Verdict.Erratum)]
    internal static Finding CatchesProblemsEarly(Document document)
    {
        RunRecord run = PlantedRuns.Of("Exploding gradients");
        (string Sign, double Threshold)[] warnings = [.. document.Facts["warnings"]["rows"].Rows.Select(w => (w[0].Text, w[1].Exact > Rational.PowerOfTen(308) ? double.PositiveInfinity : w[1].Exact.ToDouble()))];
        int warned = Working.Value("step of the first warning in a run that explodes", run.GradientNorms.TakeWhile(n => !Warns(n)).Count());
        int broken = Working.Value("step of its first loss that is not finite", run.TrainingLoss.TakeWhile(double.IsFinite).Count());
        bool early = warned < broken, caught = Working.Holds("a gradient that is NaN is warned of", Warns(double.NaN));
        return Judge.Conditional(
            early && caught,
            early,
            "where the gradient norm is a number",
            Say($"step {warned} for {broken}"),
            Say($"in a run that explodes the document's warnings come at step {warned}, its loss is not finite from step {broken} on; a gradient that is NaN is {(caught ? "" : "not ")}warned of"));

        bool Warns(double norm) => warnings.Any(w => GradientNorms.Warns(norm, w.Sign, w.Threshold));
    }

    /// <summary>A run that is broken off and resumed from what a checkpoint holds, beside one that is not, bit by bit.</summary>
    [Claim("D2-141")]
    [Turn("facts/saved", "[\"weights\"]", Verdict.Erratum)]
    [Turn("facts/saved", "[\"weights\", \"moments\", \"position in the data\"]", Verdict.Erratum)]
    internal static Finding RecoversFromFailures(Claim claim)
    {
        string[] saved = claim.Facts["saved"].Texts;
        bool moments = saved.Contains("moments"), step = saved.Contains("step"), position = saved.Contains("position in the data");
        (double[] whole, double[] resumed) = (Run(null), Run((moments, step, position)));
        int same = Working.Counted("weights that end with the same bits as in a run without a failure", whole.Zip(resumed).Count(p => p.First.Equals(p.Second)), whole.Length);
        return Judge.Holds(
            same == whole.Length,
            Say($"{same} of {whole.Length} weights"),
            $"resumed from {And(saved)}, {same} of {whole.Length} weights of a regression under AdamW end with the same bits",
            $"resumed from {And(saved)}, {same} of {whole.Length} weights end with the same bits")
            .AndYet("weights alone do not bring a run back: moments, the step of the schedule and the place in the data belong to it");
    }

    /// <summary>A comparison of what can't be measured with one number.</summary>
    [Claim("D2-142")]
    internal static Finding AsImportantAsTheOptimizer(Claim claim) =>
        Judge.NotCheckable(claim, "how important details are beside the choice of an optimizer has no measure, and the document names none");

    private static double Highest(int seed, double rate, bool warmup) =>
        SmallGpt.Train(SmallGpt.Fresh(seed), new Draws(3370 + seed), 100, t => rate * (warmup ? Math.Min(1, (t + 1) / 40.0) : 1)).Aggregate(0.0, Math.Max);

    private static double Valley(int seed, double rate, bool warmup)
    {
        double x = new Draws(3400 + seed).Uniform(5, 7), highest = 0;
        for (int t = 0; t < 100; t++)
        {
            highest = Math.Max(highest, Math.Min(1e6, x * x * x * x / 4));
            x = Math.Clamp(Sgd.Update<Real64>(x, x * x * x, rate * (warmup ? Math.Min(1, (t + 1) / 40.0) : 1)).Value, -100, 100);
        }

        return highest;
    }

    // Thirty steps of AdamW on a regression with a falling rate; a failure after ten brings back the weights and what else was saved.
    private static double[] Run((bool Moments, bool Step, bool Position)? failure)
    {
        const int Width = 6;
        double[][] rows = DeepStack.Rows(new Draws(341), 60, Width);
        Real64[][] w = [[.. Enumerable.Repeat(new Real64(0), Width)]];
        AdamState<Real64>? state = null;
        int schedule = 0, data = 0;
        for (int t = 0; t < 30; t++)
        {
            if (t == 10 && failure is { } saved)
            {
                state = saved.Moments ? AdamState<Real64>.FromJson(state!.ToJson()) : null;
                schedule = saved.Step ? schedule : 0;
                data = saved.Position ? data : 0;
            }

            double[] row = rows[data++];
            double distance = row.Select((x, j) => x * (w[0][j].Value - 1)).Sum();
            (w, state) = AdamOptimizer.Step<Real64>(w, [[.. row.Select(x => new Real64(distance * x))]], state, AdamOptions.AdamW(0.01 * (1 - schedule++ / 30.0)));
        }

        return [.. w[0].Select(x => x.Value)];
    }
}
