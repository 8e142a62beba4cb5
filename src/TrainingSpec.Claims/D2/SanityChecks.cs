using TrainingSpec.Claims.Experiments;
using TrainingSpec.Formulas;
using TrainingSpec.Numbers;
using static TrainingSpec.Claims.Sentence;

namespace TrainingSpec.Claims.D2;

/// <summary>D2, "The Sanity Check Protocol".</summary>
internal static class SanityChecks
{
    /// <summary>A softmax regression under Adam on one batch, at the rates that the document's grid has, and the same with a gradient of the wrong sign on one class.</summary>
    [Claim("D2-043")]
    [Turn("printed/threshold", "0.05", Verdict.Confirmed)]
    [Turn("printed/threshold", "1e-9", Verdict.Erratum)]
    [Turn("given/iterations", "3", Verdict.Erratum)]
    internal static Finding OverfitOneBatch(Claim claim, Document document)
    {
        double threshold = claim.PrintedNumber("threshold").Value.ToDouble();
        int steps = claim.GivenInteger("iterations");
        double[] rates = document["D2-122"].GivenRow("lr");
        (double Rate, double Right, double Broken)[] runs = [.. rates.Select(rate => (rate, Overfit(256, rate, steps, 1), Overfit(256, rate, steps, -1)))];
        foreach ((double rate, double right, double broken) in runs)
            Working.Tried(Say($"256 features, 16 examples, 4 classes, Adam at {rate}: loss {right:G3} after {steps} steps; with the gradient of one class reversed {broken:G3}"));
        double narrow = Working.Value(Say($"loss with 8 features at {rates[0]}"), Overfit(8, rates[0], steps, 1));
        double[] passing = [.. runs.Where(r => r.Right < threshold).Select(r => r.Rate)];
        return Judge.Conditional(
            passing.Length == runs.Length && runs.All(r => !(r.Broken < threshold)),
            passing.Length > 0 && runs.All(r => !(r.Broken < threshold)),
            passing.Length > 0 ? Say($"when the rate suits the size of the model, here from {passing[0]} on") : "",
            And(runs.Select(r => Say($"{r.Right:G3}"))),
            Say($"after {steps} steps on one batch the loss of a right gradient is {And(runs.Select(r => Say($"{r.Right:G3} at {r.Rate}")))} with 256 features and {narrow:G3} with 8 at {rates[0]}, that of a wrong one {And(runs.Select(r => Say($"{r.Broken:G3}")))}, and the check asks for less than {threshold}"));
    }

    /// <summary>The least loss that smoothed labels of the document's own default allow, beside the check's threshold.</summary>
    [Claim("D2-044")]
    [Turn("given/smoothing", "0", Verdict.Confirmed)]
    internal static Finding GoesToZero(Claim claim, Document document)
    {
        const int Classes = 10;
        double smoothing = claim.GivenNumber("smoothing"), threshold = document["D2-043"].PrintedNumber("threshold").Value.ToDouble();
        Real64[] labels = [.. Enumerable.Range(0, Classes).Select(i => CrossEntropy.SmoothedLabel<Real64>(i == 0 ? 1 : 0, smoothing, Classes))];
        Working.Apply<Real64>(CrossEntropy.SmoothedLabel, 1, smoothing, Classes);
        double least = Working.Value(Say($"the least loss with {Classes} classes: the entropy of the smoothed labels"), CrossEntropy.OfDistributions<Real64>(labels, labels).Value);
        double hard = Overfit(256, 1e-3, 1000, 1);
        Working.Value("loss on one batch with hard labels after 1000 steps", hard);
        return Judge.Conditional(
            least < threshold,
            hard < threshold,
            "with hard labels, none of which contradict each other",
            Say($"at least {least:G3} with smoothed labels"),
            Say($"with hard labels the loss on one batch falls to {hard:G3}; with labels smoothed by {smoothing}, as the same document does, it can't fall below {least:G3}, and the assertion always fails"));
    }

    /// <summary>The loop's value in the end, when the step returns the loss from before its update.</summary>
    [Claim("D2-045")]
    [Turn("facts/asserted", "the first", Verdict.Erratum)]
    [Turn("facts/in the loop", "[\"loss = train_step\", \"assert loss\"]", Verdict.Erratum)]
    internal static Finding LastValueIsAsserted(Claim claim, Document document)
    {
        int steps = document["D2-043"].GivenInteger("iterations");
        double[] before = PlantedRuns.Quadratic(0.001, 1, steps + 1);
        double loss = double.NaN;
        double? asserted = null;
        int i = 0;
        foreach (string line in (string[])[.. Enumerable.Repeat(claim.Facts["in the loop"].Texts, steps).SelectMany(l => l), .. claim.Facts["after the loop"].Texts])
        {
            if (line == "assert loss")
                asserted ??= loss;
            else
                loss = before[i++];
        }

        int updates = Array.IndexOf(before, asserted ?? double.NaN);
        Working.Tried(Say($"the loop over {steps} steps of gradient descent, each of which returns the loss before its update, as D4-138 does"));
        Working.Value("updates that the asserted loss has seen", updates);
        return Judge.Stated(claim, "asserted", updates == steps - 1 ? "the last" : updates == 0 ? "the first" : "another", Say($"the loss after {updates} updates"), Say($"when the assertion first comes, in a loop of {steps} calls, the name holds the loss after {updates} updates"))
            .AndYet(Say($"a step that returns the loss before its update, as D4's does, has the check see the loss after {updates} of {steps} updates"));
    }

    /// <summary>The cross-entropy of equal logits, and what spread logits add.</summary>
    [Claim("D2-046")]
    [Turn("facts/loss", "log(V) / log(2)", Verdict.Erratum)]
    [Turn("facts/loss", "1 / V", Verdict.Erratum)]
    internal static Finding LogOfVocabulary(Claim claim)
    {
        const int Vocabulary = 20_000;
        double[] added = [.. ((double[])[0.5, 1, Math.Sqrt(2)]).Select(spread => Kept.Of(spread, static s => Softmax.LogSumExp<Real64>(new Draws(246).Row(Vocabulary, s)).Value - Math.Log(Vocabulary)))];
        Working.Value(Say($"what normal logits of deviation 0.5, 1 and 1.41 add to it among {Vocabulary} classes (half their variance)"), added);
        return Judge.Formula(claim, "loss", x => Softmax.LogSumExp<Precise>(new Precise[(int)(double)x.Whole("V", 2, 60)]))
            .AndYet(Say($"spread logits add half their variance: {added[2]:F2} where the last layer has Kaiming's deviation"));
    }

    /// <summary>The logs and the sketch of the other documents beside the rule.</summary>
    [Claim("D2-047")]
    [Turn("D4/loss figure/rows/0/0", "7.6", Verdict.Confirmed)]
    internal static Finding OtherRuns(Claim claim, Document document)
    {
        double[] sizes = claim.GivenRow("V");
        (string Place, double Loss, double Rule)[] starts =
        [
            ("D1-018", document["D1-018"].GivenNumber("first_logged_loss"), Rule(sizes[0])),
            ("D4-146", document.Other("D4").Facts["loss figure"]["rows"][0][0].Exact.ToDouble(), Rule(sizes[1])),
        ];
        foreach ((string place, double loss, double rule) in starts)
            Working.Value(Say($"{place} starts at {loss:G5} where the rule says {rule:G5}, apart in percent"), 100 * Math.Abs(loss / rule - 1));
        (string Place, double Loss, double Rule)[] apart = [.. starts.Where(s => Math.Abs(s.Loss / s.Rule - 1) > 0.05)];
        return Judge.Agrees(
            apart.Length == 0,
            And(apart.Select(a => a.Place)),
            And(starts.Select(s => Say($"{s.Loss:G5} for {s.Rule:G5} in {s.Place}"))),
            Say($"the rule says {And(starts.Select(s => Say($"{s.Rule:G5} for {s.Place}")))}, where the curves start at {And(starts.Select(s => Say($"{s.Loss:G5}")))}"));

        static double Rule(double vocabulary) => Working.Apply<Real64>(CrossEntropy.Term, 1, 1 / vocabulary).Value;
    }

    /// <summary>ln V.</summary>
    [Claim("D2-048")]
    [Turn("given/vocab", "32000", Verdict.Erratum)]
    internal static Finding StartingLoss(Claim claim) =>
        Judge.Number(claim, "loss", Exact.Value(Working.Apply(CrossEntropy.Term, Precise.Of(1), Precise.Of(1) / Exact.Of(claim.GivenExact("vocab")))));

    /// <summary>The healthy range beside the norms that the same document warns of.</summary>
    [Claim("D2-049")]
    [Turn("printed/high", "100", Verdict.Confirmed)]
    [Turn("printed/low", "1e-6", Verdict.Conflicts)]
    [Turn("D2-070/printed/threshold", "1000", Verdict.Confirmed)]
    internal static Finding HealthyNorm(Claim claim, Document document) => Judge.All(
        Places.Compare(claim, "low", ("D2-071", document["D2-071"].PrintedNumber("threshold").Value)),
        Places.Compare(claim, "high", ("D2-070", document["D2-070"].PrintedNumber("threshold").Value)))
        .With(Say($"D1 warns above {document["D1-206"].PrintedNumber("threshold")} and below {document["D1-207"].PrintedNumber("threshold")}"));

    /// <summary>The comparison at its ends, within, and for what is no number.</summary>
    [Claim("D2-050")]
    [Turn("facts/comparisons/0", "<=", Verdict.Erratum)]
    [Turn("facts/comparisons/1", "<=", Verdict.Erratum)]
    internal static Finding StrictComparison(Claim claim, Document document)
    {
        string[] signs = claim.Facts["comparisons"].Texts;
        double low = document["D2-049"].GivenNumber("low"), high = document["D2-049"].GivenNumber("high");
        (double Norm, bool Right)[] cases = [(double.NaN, false), (double.PositiveInfinity, false), (0, false), (low, false), (high, false), (Math.BitIncrement(low), true), (Math.BitDecrement(high), true), (1, true)];
        var right = new Tally("norms (NaN, infinity, 0, both ends, their neighbours within, 1) that pass only where they lie strictly within")
            .AddAll(cases.Select(c => (Compare(low, signs[0], c.Norm) && Compare(c.Norm, signs[1], high)) == c.Right)).Shown();
        return Judge.Holds(right.Always, $"{right} norms", Say($"{right} norms: NaN, infinity, 0 and both ends are rejected, their neighbours within pass"), Say($"{right} norms only pass where they lie strictly within"));

        static bool Compare(double a, string sign, double b) => sign == "<" ? a < b : a <= b;
    }

    /// <summary>A right model of which one array has gradient zero for every input: the key's bias of an attention.</summary>
    [Claim("D2-051")]
    [Turn("facts/arrays/2", "value bias", Verdict.Confirmed)]
    internal static Finding EveryArrayChanges(Claim claim, Document document)
    {
        double rate = document["D2-027"].GivenNumber("base_lr");
        string[] arrays = claim.Facts["arrays"].Texts;
        (string Array, double Gradient)[] gradients = [.. arrays.Select(a => (a, Working.Value(Say($"largest gradient of the {a} of a random attention"), Attention(a))))];
        string[] still = [.. gradients.Where(g => !Changes(new AdamRun<Real64>(0.5) { LearningRate = rate }, g.Gradient)).Select(g => g.Array)];
        Working.Counted("arrays that one step of Adam at the document's rate leaves within the check's tolerance", still.Length, arrays.Length);
        return Judge.Conditional(
            still.Length == 0,
            still.Length < arrays.Length,
            "for arrays whose gradient is not zero by the model itself",
            Say($"{still.Length} of {arrays.Length} arrays stay"),
            Say($"in a right attention {(still.Length == 0 ? "every array" : Say($"the {And(still)}"))} {(still.Length == 0 ? "moves" : "has a gradient of zero but for rounding, since it adds the same to all scores of a row, and the assertion fails")}"));

        static bool Changes(AdamRun<Real64> run, double gradient) => !AllClose(run.Theta, run.Step(gradient), 1e-5, 1e-8);
    }

    /// <summary>The rate of the first step under the warmup of D4, and of the step after it.</summary>
    [Claim("D2-052")]
    [Turn("D4-066/given/warmup_steps", "0", Verdict.Confirmed)]
    internal static Finding ChangeAtEachStep(Document document)
    {
        Claim schedule = document["D4-066"];
        double[] rates = [.. Enumerable.Range(0, 2).Select(step => Working.Apply<Real64>(Schedules.WarmupCosine, schedule.GivenNumber("max_lr"), 0, schedule.GivenInteger("warmup_steps"), schedule.GivenInteger("total_steps"), step).Value)];
        bool[] moves = [.. rates.Select(rate => Sgd.Update<Real64>(0.5, 1, rate).Value != 0.5)];
        Working.Value("0.5 after a step with gradient 1 at each of these rates", rates.Select(rate => Sgd.Update<Real64>(0.5, 1, rate).Value).ToArray());
        return Judge.Conditional(
            moves.All(m => m),
            moves.Any(m => m),
            "where the rate is not 0",
            Say($"rates {rates[0]:G3} and {rates[1]:G3}"),
            Say($"under the warmup of D4 the rate of step 0 is {rates[0]:G3} and of step 1 {rates[1]:G3}: {(moves[0] ? "all parameters move" : "at the first step no parameter moves, and the assertion fails on a right set-up")}"));
    }

    /// <summary>The tolerances of the comparison, and changes that it does not see.</summary>
    [Claim("D2-053")]
    [Turn("given/rtol", "1e-3", Verdict.Erratum)]
    [Turn("given/atol", "1e-6", Verdict.Erratum)]
    internal static Finding ToleranceOfAllclose(Claim claim)
    {
        Rational rtol = claim.GivenExact("rtol"), atol = claim.GivenExact("atol");
        bool defaults = Working.Value("relative tolerance by default", claim.Facts["default rtol"].Exact) == rtol && Working.Value("absolute tolerance by default", claim.Facts["default atol"].Exact) == atol;
        (double Old, double New)[] changes = [(1, 1 - 1e-5), (0.02, 0.02 - 1e-7), (0, 1e-8)];
        var unseen = new Tally("changes (1 by 1e-5, 0.02 by 1e-7, 0 by 1e-8) that it calls none")
            .AddAll(changes.Select(c => AllClose(c.Old, c.New, rtol.ToDouble(), atol.ToDouble()))).Shown();
        return Judge.Holds(
            defaults,
            Say($"{rtol:G2} and {atol:G2}"),
            Say($"np.allclose compares with {claim.Facts["default rtol"].Exact:G2} of the new value and {claim.Facts["default atol"].Exact:G2}"),
            Say($"np.allclose has the tolerances {claim.Facts["default rtol"].Exact:G2} and {claim.Facts["default atol"].Exact:G2} by default"))
            .AndYet($"a step that moves each weight by a hundred-thousandth of itself counts as none: {unseen} such changes are not seen");
    }

    private static bool AllClose(double a, double b, double relative, double absolute) => Math.Abs(a - b) <= absolute + relative * Math.Abs(b);

    // The largest entry of the gradient of one of an attention's arrays, for random scores of a row and a random gradient of its output.
    private static double Attention(string array) => Kept.Of(array, static name =>
    {
        const int Width = 6, Positions = 5;
        var draws = new Draws(251);
        Real64[] scores = draws.Row(Positions), p = new Real64[Positions];
        double[] query = DeepStack.Rows(draws, 1, Width)[0], output = DeepStack.Rows(draws, 1, Width)[0];
        double[][] keys = DeepStack.Rows(draws, Positions, Width), values = DeepStack.Rows(draws, Positions, Width);
        Softmax.Probabilities<Real64>(scores, p);
        double[] dp = [.. values.Select(v => v.Zip(output, (a, b) => a * b).Sum())];
        double mean = p.Zip(dp, (a, b) => a.Value * b).Sum();
        double[] ds = [.. p.Zip(dp, (a, b) => a.Value * (b - mean))];
        double[] gradient = name switch
        {
            "query bias" => [.. Enumerable.Range(0, Width).Select(j => ds.Zip(keys, (d, k) => d * k[j]).Sum())],
            "key bias" => [.. query.Select(q => q * ds.Sum())],
            _ => output,
        };
        return gradient.Max(Math.Abs);
    });

    // The loss of a softmax regression on one batch of 16 random examples in 4 classes after Adam's steps; sign −1 reverses the gradient of class 0.
    private static double Overfit(int features, double rate, int steps, double sign) => Kept.Of((features, rate, steps, sign), static x =>
    {
        const int Classes = 4, Examples = 16;
        var draws = new Draws(243);
        double[][] inputs = DeepStack.Rows(draws, Examples, x.features);
        int[] targets = [.. Enumerable.Range(0, Examples).Select(_ => draws.Index(Classes))];
        double[] w = new double[Classes * x.features], m = new double[w.Length], v = new double[w.Length];
        for (int t = 1; t <= x.steps; t++)
        {
            var g = new double[w.Length];
            for (int n = 0; n < Examples; n++)
            {
                Real64[] p = Probabilities(inputs[n]);
                for (int k = 0; k < Classes; k++)
                {
                    double d = (p[k].Value - (k == targets[n] ? 1 : 0)) * (k == 0 ? x.sign : 1) / Examples;
                    for (int j = 0; j < x.features; j++)
                        g[k * x.features + j] += d * inputs[n][j];
                }
            }

            double first = 1 - Math.Pow(0.9, t), second = 1 - Math.Pow(0.999, t);
            for (int i = 0; i < w.Length; i++)
            {
                m[i] = 0.9 * m[i] + 0.1 * g[i];
                v[i] = 0.999 * v[i] + 0.001 * g[i] * g[i];
                w[i] -= x.rate * (m[i] / first) / (Math.Sqrt(v[i] / second) + 1e-8);
            }
        }

        return Enumerable.Range(0, Examples).Average(n => -Real64.Log(Probabilities(inputs[n])[targets[n]]).Value);

        Real64[] Probabilities(double[] input)
        {
            var p = new Real64[Classes];
            Real64[] logits = [.. Enumerable.Range(0, Classes).Select(k =>
            {
                double sum = 0;
                for (int j = 0; j < input.Length; j++)
                    sum += w[k * input.Length + j] * input[j];
                return new Real64(sum);
            })];
            Softmax.Probabilities<Real64>(logits, p);
            return p;
        }
    });
}
