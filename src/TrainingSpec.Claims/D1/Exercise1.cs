using TrainingSpec.Formulas;
using TrainingSpec.Numbers;
using static TrainingSpec.Claims.Sentence;

namespace TrainingSpec.Claims.D1;

/// <summary>D1, "Exercise 1: Analyzing a Loss Curve": the log, and the document's answers to its own questions.</summary>
internal static class Exercise1
{
    /// <summary>The printed losses, and that they fall from step 50 on by ever less.</summary>
    [Claim("D1-182")]
    [Turn("given/losses/9", "3.600", Verdict.Erratum)]
    internal static Finding Log(Claim claim)
    {
        double[] steps = claim.GivenRow("steps"), losses = claim.GivenRow("losses");
        Rational[] exact = claim.GivenExactRow("losses");
        Tally falls = new Tally("steps from 50 on after which the loss is lower").AddAll(losses[1..].Zip(losses[2..], (a, b) => b < a)).Shown();
        double[] gains = [.. losses[2..].Zip(losses[3..], (a, b) => a - b)];
        Tally shrinks = new Tally("gains of 100 steps from 100 on that are smaller than the one before").AddAll(gains.Zip(gains.Skip(1), (a, b) => b < a)).Shown();
        return Judge.All([
            .. steps.Select((s, i) => Judge.Number(claim, Say($"{s}"), exact[i])),
            Judge.Holds(falls.Always && shrinks.Always, $"{falls} and {shrinks}", $"from step 50 on the loss falls at {falls} steps, and from 100 on by ever less ({shrinks})", $"the loss falls at {falls} steps from 50 on, by less at {shrinks}")]);
    }

    /// <summary>The ratio of successive gains, and where a curve of that ratio ends.</summary>
    [Claim("D1-183", Plain = true)]
    [Turn("facts/ratio", "0.75", Verdict.Erratum)]
    [Turn("D1-182/given/losses/10", "3.580", Verdict.Erratum)]
    internal static Finding Extrapolation(Claim claim, Document document)
    {
        double[] losses = document["D1-182"].GivenRow("losses"), gains = Gains(losses);
        double ratio = Working.Value("mean ratio of successive gains from step 100 on", Math.Pow(gains[^1] / gains[0], 1.0 / (gains.Length - 1))), last = gains[^1] / gains[^2];
        double limit = Working.Value("limit with that ratio", losses[^1] - gains[^1] * ratio / (1 - ratio)), aitken = Working.Value("limit with the last ratio", losses[^1] - gains[^1] * last / (1 - last));
        double[] between = claim.Facts["limit between"].Numbers;
        return Judge.Holds(
            Math.Round(ratio, 2) == claim.Facts["ratio"].Number && limit >= between[0] && limit <= between[1] && aitken >= between[0] && aitken <= between[1],
            Say($"{ratio:F3}, {limit:F3} and {aitken:F3}"),
            Say($"from step 100 on each gain is {ratio:F3} times the one before, so that the curve tends to {limit:F3}, or with the last ratio to {aitken:F3}"),
            Say($"each gain is {ratio:F3} times the one before, and the curve tends to {limit:F3} or {aitken:F3}"));
    }

    /// <summary>The exercise's losses against the ends of the document's three phases.</summary>
    [Claim("D1-184")]
    [Turn("D1/phase ends/rows", "[[200, 4.6], [600, 3.7], [1000, 3.6]]", Verdict.Confirmed)]
    internal static Finding AgainstThePhases(Claim claim, Document document)
    {
        Facts[] rows = [.. document.Facts["phase ends"]["rows"].Rows];
        double[] losses = document["D1-182"].GivenRow("losses"), gains = Gains(losses);
        double ratio = gains[^1] / gains[^2];
        Tally near = new("ends of phases that the exercise's curve meets to the one decimal that they have");
        List<string> apart = [];
        foreach (Facts row in rows)
        {
            (int step, double end) = (row[0].Integer, row[1].Number);
            double own = Working.Value($"loss of the exercise at step {step}{(step == 1000 ? ", extrapolated" : "")}", step == 1000 ? losses[^1] - gains[^1] * ratio : claim.PrintedNumber(Say($"{step}")).Value.ToDouble());
            if (!near.Add(Math.Abs(own - end) <= 0.05))
                apart.Add(Say($"{own:F3} against {end} at step {step}"));
        }

        near.Shown();
        return Judge.Agrees(near.Always, "the three phases (lines 277 to 324)", $"{near} ends", near.Always ? $"the curve meets {near} ends of the phases" : Say($"the exercise's curve has {And(apart)}; its last printed loss, {claim.PrintedNumber("900").Text} at step 900, is nearly all that it can reach"));
    }

    /// <summary>Place and height of the two spikes.</summary>
    [Claim("D1-185")]
    [Turn("printed/50", "5.6214", Verdict.Conflicts)]
    [Turn("D1/log lines/rows/2/0", "50", Verdict.Confirmed, AndPlace = "printed/50", AndValue = "5.6214")]
    internal static Finding TwoSpikes(Claim claim, Document document)
    {
        double[] losses = document["D1-182"].GivenRow("losses"), steps = document["D1-182"].GivenRow("steps");
        int own = (int)steps[Array.IndexOf(losses, losses.Max())], other = LoggedStep.All(document).ElementAt(2).Step;
        Working.Value("step of the exercise's largest loss", own);
        Working.Value("step that the example log calls a brief spike", other);
        (PrintedNumber height, PrintedNumber elsewhere) = (claim.PrintedNumber("50"), claim.PrintedNumber("21"));
        return Judge.Agrees(
            own == other && height.Value == elsewhere.Value,
            "the example log (line 374)",
            $"step {own} against {other}",
            $"the exercise's spike stands at step {own} with {height.Text}, the example log's at step {other} with {elsewhere.Text}");
    }

    /// <summary>The answer on the warmup's end against the warmup that the document has.</summary>
    [Claim("D1-186")]
    [Turn("D1-030/given/warmup", "50", Verdict.Confirmed)]
    internal static Finding EndOfWarmup(Claim claim, Document document)
    {
        LoggedStep[] log = [.. LoggedStep.All(document)];
        LoggedStep full = log.MaxBy(l => l.Rate.Value)!, next = log.First(l => l.Step > full.Step);
        return Judge.SameNumber(claim, "answer", document["D1-030"].GivenInteger("warmup"), "D1-030")
            .With(Say($"the document's own log has its full rate at step {full.Step}, with a loss of {full.Loss}, and {next.Loss} at step {next.Step}"));
    }

    /// <summary>The spike's ends, and the first logged step that is back below the start.</summary>
    [Claim("D1-187")]
    [Turn("given/100", "5.5", Verdict.Erratum)]
    internal static Finding SpikeAndBack(Claim claim, Document document)
    {
        Claim log = document["D1-182"];
        double[] steps = log.GivenRow("steps"), losses = log.GivenRow("losses");
        int back = Enumerable.Range(1, losses.Length - 1).First(i => losses[i] < losses[0]);
        int vocabulary = document["D1-015"].GivenInteger("vocab");
        double rise = Working.Value("rise in percent", 100 * (losses[1] / losses[0] - 1)), above = Working.Value($"height above ln {vocabulary}, an even guess", losses[1] - Math.Log(vocabulary));
        bool resolved = Working.Holds("the loss of step 100 as it is given lies below that of step 1", claim.GivenNumber("100") < claim.GivenNumber("1"));
        return Judge.All(
            Judge.Number(claim, "from", log.GivenExactRow("losses")[0]),
            Judge.Number(claim, "to", log.GivenExactRow("losses")[1]),
            Judge.Number(claim, "resolved", (Rational)(int)steps[back]),
            Judge.Holds(resolved, "", Say($"the loss rises by {rise:F1} % and is back below its start at step {steps[back]}"), "the loss of step 100 is not below that of step 1"))
            .With(Say($"at the spike the model is {above:F3} nats worse than an even guess among {vocabulary} tokens"));
    }

    /// <summary>The share of the total that the answer takes, and the total that the document has elsewhere.</summary>
    [Claim("D1-188")]
    [Turn("D1-030/given/total", "800", Verdict.Erratum)]
    [Turn("printed/step", "800", Verdict.Erratum)]
    [Turn("printed/total", "1000", Verdict.Confirmed, AndPlace = "printed/step", AndValue = "800")]
    internal static Finding StartOfDecay(Claim claim, Document document)
    {
        Rational fraction = claim.GivenExact("fraction"), said = claim.GivenExact("total");
        int total = document["D1-030"].GivenInteger("total"), last = (int)document["D1-182"].GivenRow("steps").Max();
        Rational answered = Working.Value($"{fraction} of {said} steps", fraction * said), start = Working.Value($"{fraction} of {total} steps", fraction * total);
        Working.Value("last step of the log", last);
        return Judge.All(
            Judge.Number(claim, "total", total),
            Judge.Number(claim, "step", start),
            Judge.Holds(claim.PrintedNumber("total").Value >= last, "", $"the total reaches the log's last step {last}", $"a run of {claim.PrintedText("total")} steps can't log step {last}; {fraction} of {said} is {answered}, of the {total} steps that the document has elsewhere {start}"));
    }

    /// <summary>The slowing of the exercise's curve against that of descent at a constant rate.</summary>
    [Claim("D1-189")]
    [Turn("facts/slower decrease shows", "nothing about the rate", Verdict.Confirmed)]
    internal static Finding SlowerDecrease(Claim claim, Document document)
    {
        double[] losses = document["D1-182"].GivenRow("losses"), gains = Gains(losses), ratios = [.. gains.Zip(gains.Skip(1), (a, b) => b / a)];
        double before = Working.Value("mean ratio of successive gains before step 600", ratios[..4].Average()), after = Working.Value("after it", ratios[4..].Average());
        double rate = 1 - Math.Sqrt(before);
        double[] constant = new double[9];
        double x = 1;
        for (int i = 0; i < constant.Length; i++)
        {
            constant[i] = x * x / 2;
            x = Sgd.Update<Real64>(x, x, rate).Value;
        }

        double[] steady = Gains([0, 0, .. constant]);
        double own = Working.Value("ratio of successive gains on a parabola at a constant rate", steady[^1] / steady[^2]);
        Working.Uses("sgd.update");
        string found = Math.Abs(after - before) < 0.1 && Math.Abs(own - before) < 0.01 ? "nothing about the rate" : "the start of a decay";
        return Judge.Stated(
            claim,
            "slower decrease shows",
            found,
            Say($"{before:F2} and {after:F2}, constant rate {own:F2}"),
            Say($"each gain of 100 steps is {before:F2} times the one before up to step 600 and {after:F2} times after it, without a break; descent at a constant rate slows down in the same way ({own:F2})"));
    }

    /// <summary>The difference of two losses.</summary>
    [Claim("D1-190", Plain = true)]
    [Turn("given/900", "3.700", Verdict.Erratum)]
    internal static Finding StillImproves(Claim claim)
    {
        (Rational from, Rational to) = (claim.GivenExact("700"), claim.GivenExact("900"));
        Rational delta = Working.Value("difference of the two losses", to - from);
        Rational steps = Working.Value("steps between them", int.Parse(claim.GivenKeys[1], System.Globalization.CultureInfo.InvariantCulture) - int.Parse(claim.GivenKeys[0], System.Globalization.CultureInfo.InvariantCulture));
        return Judge.All(
            Judge.Number(claim, "from", from),
            Judge.Number(claim, "to", to),
            Judge.Number(claim, "delta", delta),
            Judge.Number(claim, "steps", steps),
            Judge.Holds(delta < 0, "", "the loss still falls", "the loss no longer falls"));
    }

    /// <summary>What further steps bring if the gains shrink as before.</summary>
    [Claim("D1-191")]
    [Turn("facts/returns", "growing", Verdict.Erratum)]
    [Turn("printed/steps", "0-0", Verdict.Erratum)]
    internal static Finding FurtherSteps(Claim claim, Document document)
    {
        double[] losses = document["D1-182"].GivenRow("losses"), gains = Gains(losses);
        double ratio = Math.Pow(gains[^1] / gains[0], 1.0 / (gains.Length - 1));
        double hundreds = claim.PrintedRange("steps").High!.Value.ToDouble() / 100;
        double further = Working.Value("what so many further steps bring at most", gains[^1] * ratio * (1 - Math.Pow(ratio, hundreds)) / (1 - ratio)), before = Working.Value("what the last 200 steps brought", gains[^1] + gains[^2]);
        string found = further > 0 && further < before ? "diminishing" : further >= before ? "growing" : "none";
        return Judge.Stated(claim, "returns", found, Say($"{further:F4} after {before:F3}"), Say($"the last 200 steps brought {before:F3}; with gains that shrink by {ratio:F2} per 100 steps {claim.PrintedText("steps")} further ones bring at most {further:F4}"))
            .AndYet("a schedule of 1000 steps leaves 100, and by the plateau rule of the section on stopping the run might end here");
    }

    // Gains of 100 steps from step 100 on.
    internal static double[] Gains(double[] losses) => [.. losses[2..].Zip(losses[3..], (a, b) => a - b)];
}
