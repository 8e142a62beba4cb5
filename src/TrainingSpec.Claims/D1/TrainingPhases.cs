using TrainingSpec.Claims.D1.Listings;
using TrainingSpec.Claims.Experiments;
using TrainingSpec.Training;
using static TrainingSpec.Claims.Sentence;

namespace TrainingSpec.Claims.D1;

/// <summary>D1, "Training Phases".</summary>
internal static class TrainingPhases
{
    private const int Seeds = 8;

    /// <summary>How much of the frequencies and of the successors is learnt by the end of the phase, and what of it holds for other text.</summary>
    [Claim("D1-083")]
    [Turn("facts/learnt first", "successors", Verdict.Erratum)]
    internal static Finding Memorization(Claim claim, Document document)
    {
        int end = (int)claim.GivenRow("steps")[1];
        Measurement[][] runs = Runs(document);
        double frequencies = Working.Value(Say($"share of the frequencies' divergence that is gone by step {end}, in percent, mean of the runs"), 100 * runs.Average(r => 1 - At(r, end).Marginal / r[0].Marginal));
        double best = runs.Average(r => r[^1].Successor);
        double successors = Working.Value("share of the final probability of the usual successor that is gained by then, in percent", 100 * runs.Average(r => (At(r, end).Successor - r[0].Successor) / (r[^1].Successor - r[0].Successor)));
        double gap = Working.Value("held-out loss less the loss on the training text then", runs.Average(r => At(r, end).HeldOut - At(r, end).Trained)), fall = Working.Value("fall of the held-out loss by then", runs.Average(r => r[0].HeldOut - At(r, end).HeldOut));
        Working.Value("probability of the usual successor at the end", best);
        bool first = claim.Facts["learnt first"].Text == (frequencies > successors ? "frequent tokens" : "successors");
        return Judge.TwoReadings(
            first, first && gap > 0.5 * fall,
            Say($"{frequencies:F0} % of the frequencies, {successors:F0} % of the successors; gap {gap:F3} of a fall of {fall:F2}"),
            Say($"read as 'frequent patterns first' it holds: by step {end} a small GPT has {frequencies:F0} % of the frequencies and {successors:F0} % of the successors; read as memorizing the training text it does not: the held-out loss has fallen by {fall:F2} and is {gap:F3} from that on the training text"));
    }

    /// <summary>The phases beside the windows of the loss curve and the ends of the schedule.</summary>
    [Claim("D1-084")]
    [Turn("given/boundaries", "[0, 300, 800, 1000]", Verdict.Confirmed)]
    internal static Finding Boundaries(Claim claim, Document document)
    {
        double[] phases = claim.GivenRow("boundaries");
        double rapid = document["D1-011"].PrintedRange("window").High!.Value.ToDouble(), total = document["D1-047"].GivenNumber("T"), decay = total * document["D1-041"].GivenPrinted("start").Value.ToDouble() / 100;
        Working.Value("inner boundaries of the phases", phases[1..^1]);
        Working.Value("end of the rapid descent in the observations", rapid);
        Working.Value("ends of warmup and constant phase", new[] { document["D1-030"].GivenNumber("warmup"), decay });
        double[] known = [rapid, decay, document["D1-030"].GivenNumber("warmup")];
        var met = new Tally("inner boundaries that another place of the document has, too");
        met.AddAll(phases[1..^1].Select(p => known.Contains(p))).Shown();
        return Judge.Agrees(
            met.Always, "D1-011 and D1-041", $"{met}",
            Say($"the phases change at {And(phases[1..^1].Select(p => Say($"{p}")))}, the observations on the curve put the end of the rapid descent at {rapid}, and the schedule changes at {known[2]} and {decay}: between {phases[1]} and {rapid} one place has the loss fall rapidly, the other slowly"));
    }

    /// <summary>The losses at a phase's ends, in the figure and in the exercise.</summary>
    [Claim("D1-085")]
    [Claim("D1-091")]
    [Claim("D1-094")]
    [Turn("printed/to", "4.5", Verdict.Confirmed, Claim = "D1-085")]
    [Turn("printed/from", "4.5", Verdict.Confirmed, Claim = "D1-091", AndPlace = "printed/to", AndValue = "3.7")]
    [Turn("printed/from", "3.7", Verdict.Confirmed, Claim = "D1-094", AndPlace = "printed/to", AndValue = "3.0")]
    internal static Finding LossesOfAPhase(Claim claim, Document document)
    {
        LossCurve curve = LossCurve.Read(document);
        (int Step, double Loss)[] exercise = ExerciseLog.Read(document);
        double halfRow = document["D1-008"].GivenNumber("loss_per_row") / 2;
        double[] steps = claim.GivenRow("steps"), printed = [claim.PrintedNumber("from").Value.ToDouble(), claim.PrintedNumber("to").Value.ToDouble()];
        double[] drawn = [.. steps.Select(curve.At)], logged = [.. steps.Select(s => exercise.MinBy(e => Math.Abs(e.Step - s)).Loss)];
        Working.Value(Say($"the figure at steps {And(steps.Select(s => Say($"{s}")))}"), drawn);
        Working.Value("the exercise at the nearest logged steps", logged);
        var met = new Tally("printed ends within half a row of the figure or of the exercise");
        for (int i = 0; i < 2; i++)
            met.Add(Math.Abs(drawn[i] - printed[i]) <= halfRow || Math.Abs(logged[i] - printed[i]) <= halfRow);
        met.Shown();
        return Judge.Agrees(
            met.Always, "D1-008 and the exercise of line 585", Say($"figure {drawn[0]} to {drawn[1]}, exercise {logged[0]} to {logged[1]}"),
            Say($"the phase is said to take the loss from {printed[0]} to {printed[1]}; the figure has {drawn[0]} at step {steps[0]} and {drawn[1]} at step {steps[1]}, the exercise {logged[0]} and {logged[1]}"));
    }

    /// <summary>The falls per 100 steps in order.</summary>
    [Claim("D1-086", Plain = true)]
    [Turn("printed/words", "slow, slower, rapid", Verdict.Erratum)]
    [Turn("given/phase3", "[3.5, 3.2, 100]", Verdict.Erratum)]
    [Turn("given/phase2", "[4.1, 3.5, 400]", Verdict.Erratum)]
    internal static Finding FallsPer100Steps(Claim claim)
    {
        Rational[][] phases = [.. claim.GivenKeys.Select(claim.GivenExactRow)];
        Rational[] falls = [.. phases.Select(p => (p[0] - p[1]) * 100 / p[2])];
        Working.Value("fall per 100 steps", falls);
        bool chained = Working.Holds("each phase begins where the one before ends", phases.Zip(phases.Skip(1)).All(p => p.First[1] == p.Second[0]));
        string[] words = claim.Facts["from fast to slow"].Texts;
        string found = string.Join(", ", falls.Select(f => words[falls.Count(other => other > f)]));
        string why = Say($"the falls are {And(falls.Select(f => Say($"{f}")))} per 100 steps");
        return Judge.All(
            Judge.Printed(claim, "words", found, And(falls.Select(f => Say($"{f}"))), why),
            Judge.Holds(chained, "", "each phase begins where the one before ends", $"{why}, and a phase does not begin where the one before ends"));
    }

    /// <summary>The steady decrease, in the exercise's healthy run.</summary>
    [Claim("D1-087")]
    [Turn("D1-182/given/losses/1", "5.301", Verdict.Confirmed)]
    [Turn("facts/loss", "rises and falls", Verdict.Confirmed)]
    internal static Finding SteadyDecrease(Claim claim, Document document)
    {
        double end = document["D1-083"].GivenRow("steps")[1];
        (int Step, double Loss)[] phase = [.. ExerciseLog.Read(document).Where(e => e.Step <= end)];
        var falls = new Tally("logged losses of the phase that are lower than the one before");
        falls.AddAll(phase.Zip(phase.Skip(1)).Select(e => e.Second.Loss < e.First.Loss)).Shown();
        string found = falls.Always ? "steady decrease" : "rises and falls", stated = claim.Facts["loss"].Text;
        return Judge.Agrees(
            found == stated, "D1-010 and the exercise of line 585", $"{falls}",
            Say($"to look for is: {stated}; found in the exercise's run, which the document calls healthy, is: {found} ({And(phase.Select(e => Say($"{e.Loss}")))})"));
    }

    /// <summary>The warmup within the first phase.</summary>
    [Claim("D1-088")]
    [Turn("given/warmup", "300", Verdict.Erratum)]
    internal static Finding RampsUp(Claim claim, Document document)
    {
        Claim schedule = document["D1-047"];
        int warmup = claim.GivenInteger("warmup"), end = (int)document["D1-083"].GivenRow("steps")[1];
        var rises = new Tally("steps of the warmup at which the rate rises");
        rises.AddAll(Enumerable.Range(0, warmup).Select(s => ScheduleListing.At(schedule.GivenNumber("base"), s + 1, warmup, schedule.GivenInteger("T"), schedule.GivenNumber("min")) > ScheduleListing.At(schedule.GivenNumber("base"), s, warmup, schedule.GivenInteger("T"), schedule.GivenNumber("min")))).Shown();
        double share = Working.Value("share of the phase that the warmup takes, in percent", 100.0 * warmup / end);
        return Judge.Holds(
            rises.Always && warmup <= end, Say($"{warmup} of {end} steps: {share} %"),
            Say($"the rate rises in all {warmup} steps of the warmup, which lies within the phase and takes {share} % of it"),
            Say($"the warmup of {warmup} steps is longer than the phase of {end}"));
    }

    /// <summary>Alarms of healthy runs and of one with a rate that is too high.</summary>
    [Claim("D1-089")]
    [Turn("facts/in a healthy run", "some", Verdict.Erratum)]
    internal static Finding NoNaN(Claim claim, Document document)
    {
        int end = (int)document["D1-083"].GivenRow("steps")[1];
        TrainedRun[] healthy = [.. Enumerable.Range(0, Seeds).Select(seed => SmallRuns.Of(PhaseRuns.Setting(seed, document["D1-047"])))];
        var alarms = new Tally(Say($"healthy runs with a loss or a norm in {end} steps that is no number, or a norm above 10"));
        alarms.AddAll(healthy.Select(r => Alarm(r.Loss[..end], r.GradientNorm[..end]))).Shown();
        (double[] losses, double[] norms) = Diverging.Run();
        bool planted = Working.Holds("the same alarm for a linear model whose rate is three times the stable one", Alarm(losses, norms));
        return Judge.All(
            Judge.Stated(claim, "in a healthy run", alarms.Never ? "none" : "some", $"{alarms}", Say($"{alarms} healthy runs of a small GPT have one in the first {end} steps")),
            Judge.Holds(planted, "", "a diverging run raises the alarm", "a diverging run does not raise the alarm"));
    }

    /// <summary>Structure, and the held-out loss, in the second phase.</summary>
    [Claim("D1-090")]
    [Turn("facts/held-out loss", "rises", Verdict.Erratum)]
    [Turn("facts/fall", "faster", Verdict.Erratum)]
    [Turn("printed/range", "0-200", Verdict.Erratum)]
    internal static Finding Generalization(Claim claim, Document document)
    {
        double[] steps = Ends(claim);
        Measurement[][] runs = Runs(document);
        var falls = new Tally("runs whose held-out loss falls in the phase");
        falls.AddAll(runs.Select(r => At(r, steps[1]).HeldOut < At(r, steps[0]).HeldOut)).Shown();
        double before = Working.Value("fall per 100 steps before", runs.Average(r => 100 * (r[0].HeldOut - At(r, steps[0]).HeldOut) / steps[0]));
        double inside = Working.Value("fall per 100 steps in the phase", runs.Average(r => 100 * (At(r, steps[0]).HeldOut - At(r, steps[1]).HeldOut) / (steps[1] - steps[0])));
        double first = Working.Value("probability of the usual successor at the begin", runs.Average(r => At(r, steps[0]).Successor)), last = Working.Value("at the end", runs.Average(r => At(r, steps[1]).Successor));
        return Judge.All(
            Judge.Stated(claim, "held-out loss", falls.Always && last > first ? "falls" : falls.Never ? "rises" : "either", $"{falls}", Say($"in {falls} runs of a small GPT the held-out loss falls from step {steps[0]} to {steps[1]}, and the probability of the usual successor goes from {first:F2} to {last:F2}")),
            Judge.Stated(claim, "fall", inside < before ? "slower" : "faster", Say($"{inside:F3} after {before:F3}"), Say($"it falls by {inside:F3} per 100 steps after {before:F3} before")));
    }

    /// <summary>What a model would write, at the begin and at the end of the second phase.</summary>
    [Claim("D1-092")]
    [Turn("facts/text", "less coherent", Verdict.Erratum)]
    internal static Finding MoreCoherent(Claim claim, Document document)
    {
        double[] steps = document["D1-090"].GivenRow("steps");
        Measurement[][] runs = Runs(document);
        var better = new Tally("runs in which the usual successor becomes more probable and the held-out loss falls");
        better.AddAll(runs.Select(r => At(r, steps[1]).Successor > At(r, steps[0]).Successor && At(r, steps[1]).HeldOut < At(r, steps[0]).HeldOut)).Shown();
        double first = Working.Value("share of pairs in the source's order that a model would write at the begin", runs.Average(r => At(r, steps[0]).Successor)), last = Working.Value("at the end", runs.Average(r => At(r, steps[1]).Successor));
        return Judge.Stated(
            claim, "text", better.Always ? "more coherent" : better.Never ? "less coherent" : "either", $"{better}",
            Say($"after held-out inputs a small GPT writes {100 * first:F0} % of its tokens in the source's order at step {steps[0]} and {100 * last:F0} % at step {steps[1]}; in {better} runs that share and the held-out loss get better"));
    }

    /// <summary>Gains in the third phase, and the gap to held-out text: over two epochs, and over a text that is gone through many times.</summary>
    [Claim("D1-093")]
    [Turn("facts/gains", "larger", Verdict.Erratum)]
    [Turn("printed/range", "0-200", Verdict.Erratum)]
    [Turn("facts/gap to held-out text", "lower", Verdict.Erratum)]
    internal static Finding Refinement(Claim claim, Document document)
    {
        const int Few = 16;
        double[] steps = Ends(claim), before = Ends(document["D1-090"]);
        Measurement[][] runs = Runs(document), again = [.. Enumerable.Range(0, Seeds).Select(seed => SmallRuns.Of(PhaseRuns.Setting(seed, document["D1-047"]) with { Corpus = Few }).Measured)];
        string stated = claim.Facts["gap to held-out text"].Text;
        double inside = Working.Value("fall of the held-out loss per 100 steps in the phase", runs.Average(r => 100 * (At(r, steps[0]).HeldOut - At(r, steps[1]).HeldOut) / (steps[1] - steps[0])));
        double earlier = Working.Value("in the phase before", runs.Average(r => 100 * (At(r, before[0]).HeldOut - At(r, before[1]).HeldOut) / (before[1] - before[0])));
        PairedOutcome two = Gap(runs, "two epochs"), many = Gap(again, Say($"a text of {Few} sequences"));
        return Judge.All(
            Judge.Stated(claim, "gains", inside < earlier ? "smaller" : "larger", Say($"{inside:F3} after {earlier:F3}"), Say($"the held-out loss of a small GPT falls by {inside:F3} per 100 steps after {earlier:F3} in the phase before")),
            Judge.Conditional(
                two.Direction == stated, many.Direction == stated, Say($"where the text is so small that it is gone through {steps[1] * SmallRuns.Batch / Few:F0} times"),
                Say($"gap over two epochs: {two.Direction}; over many: {many.Direction}"),
                Say($"over the document's two epochs the gap between held-out and training loss is {two.Medians.First:F3} at the end of the phase and {two.Medians.Second:F3} at its begin ({two.Higher} of {Seeds} runs higher); over a text of {Few} sequences it is {many.Medians.First:F3} after {many.Medians.Second:F3} ({many.Higher} of {Seeds})")));

        PairedOutcome Gap(Measurement[][] of, string text) => new PairedRuns(Say($"does the gap between held-out and training text grow in the phase, over {text}"), "held-out less training loss", Seeds).Run("at its end", "at its begin", seed => (
            At(of[seed], steps[1]).HeldOut - At(of[seed], steps[1]).Trained, At(of[seed], steps[0]).HeldOut - At(of[seed], steps[0]).Trained));
    }

    /// <summary>The exercise's gains at its end.</summary>
    [Claim("D1-095")]
    [Turn("D1-182/given/losses/10", "3.409", Verdict.Erratum)]
    internal static Finding DiminishingReturns(Claim claim, Document document)
    {
        (int Step, double Loss)[] log = ExerciseLog.Read(document);
        double[] gains = [.. log.Zip(log.Skip(1)).Where(l => l.Second.Step >= 300).Select(l => Math.Round(l.First.Loss - l.Second.Loss, 6))];
        Working.Value("gains of the exercise's run per 100 steps, from step 300 on", gains);
        var smaller = new Tally("gains that are smaller than the one before");
        smaller.AddAll(gains.Zip(gains.Skip(1)).Select(g => g.Second < g.First)).Shown();
        var overfits = new RunRecord { TrainingLoss = [.. Enumerable.Range(0, 20).Select(i => 3 - 0.01 * i)], ValidationLoss = [.. Enumerable.Range(0, 20).Select(i => 3.2 + 0.01 * i)] };
        bool seen = Working.Holds("a validation loss that rises while the training loss falls is told from one that falls with it", Symptoms.Overfitting(overfits) && !Symptoms.Overfitting(overfits with { ValidationLoss = overfits.TrainingLoss }));
        return Judge.Stated(
            claim, "returns", smaller.Always && seen ? "diminishing" : "not diminishing", $"{smaller}",
            Say($"the gains per 100 steps of the exercise's run are {And(gains.Select(g => Say($"{g:F3}")))}, each smaller than the one before in {smaller}; only the validation loss tells an overfitting run from it"));
    }

    private static Measurement[][] Runs(Document document)
    {
        Working.Tried(Say($"{SmallRuns.What}; {Seeds} runs with the document's schedule, two epochs of a training text"));
        return [.. Enumerable.Range(0, Seeds).Select(seed => SmallRuns.Of(PhaseRuns.Setting(seed, document["D1-047"])).Measured)];
    }

    private static double[] Ends(Claim claim) => claim.PrintedRange("range") is var range ? [range.Low!.Value.ToDouble(), range.High!.Value.ToDouble()] : [];

    private static Measurement At(Measurement[] run, double step) => run.First(m => m.Step >= step);

    private static bool Alarm(double[] losses, double[] norms) => losses.Any(l => !double.IsFinite(l)) || norms.Any(n => !(n <= 10));
}

/// <summary>A linear model under gradient descent at three times the stable rate.</summary>
internal static class Diverging
{
    /// <summary>Losses and gradient norms, until the loss is no finite number.</summary>
    public static (double[] Loss, double[] GradientNorm) Run(double timesStable = 3)
    {
        const double Curvature = 1;
        List<double> losses = [], norms = [];
        double x = 1, rate = timesStable * Formulas.Hessian.StableRate<Numbers.Real64>(Curvature).Value;
        for (int t = 0; t < 2000; t++)
        {
            double gradient = Curvature * x;
            losses.Add(Curvature * x * x / 2);
            norms.Add(Math.Abs(gradient));
            x = Formulas.Sgd.Update<Numbers.Real64>(x, gradient, rate).Value;
        }

        return ([.. losses], [.. norms]);
    }
}
