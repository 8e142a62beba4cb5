using TrainingSpec.Claims.Experiments;
using TrainingSpec.Training;
using static TrainingSpec.Claims.Sentence;

namespace TrainingSpec.Claims.D2;

/// <summary>D2, "Early Stopping": the class.</summary>
internal static class Stopping
{
    /// <summary>Regressions that overfit: the validation loss of the best weights at the stop, and of the last weights without one.</summary>
    [Claim("D2-107")]
    [Turn("facts/loss of a run that stops", "higher", Verdict.Erratum)]
    internal static Finding StopsInTime(Claim claim, Document document)
    {
        int patience = (int)document["D2-108"].PrintedNumber("patience").Value.ToDouble();
        PairedOutcome runs = new PairedRuns("does early stopping lower the loss of a run that overfits", "loss on data used neither for training nor for stopping", 20)
            .Run("of the best weights at the stop", "of the last weights without one", seed => (Overfitted((seed, patience)).Stopped, Overfitted((seed, patience)).Last));
        Working.Uses("early_stopping.improves");
        return Judge.Stated(claim, "loss of a run that stops", runs.Direction, $"{runs.Lower} of {runs.Values.Count} lower", runs.ToString())
            .AndYet("the class does not keep the best weights: without them a run ends with those of the stop");
    }

    /// <summary>The defaults beside those of D0.</summary>
    [Claim("D2-108")]
    [Turn("printed/patience", "5", Verdict.Confirmed)]
    [Turn("D0-118/printed/patience", "10", Verdict.Confirmed)]
    [Turn("printed/min_delta", "1e-3", Verdict.Conflicts)]
    internal static Finding Defaults(Claim claim, Document document) => Judge.All(
        Places.Compare(claim, "patience", ("D0-118", document["D0-118"].PrintedNumber("patience").Value)),
        Places.Compare(claim, "min_delta", ("D2-113", document["D2-113"].GivenExact("min_delta"))))
        .With(Say($"D0-180 advises {document["D0-180"].PrintedText("patience")}; D0's class has no least improvement"));

    /// <summary>A stream of NaN.</summary>
    [Claim("D2-109")]
    [Turn("D2/EarlyStopping/sign", "not >=", Verdict.Erratum)]
    internal static Finding NotANumber(Document document)
    {
        int patience = (int)document["D2-108"].PrintedNumber("patience").Value.ToDouble();
        (int? stop, double best) = Trace(document, patience, [.. Enumerable.Repeat(double.NaN, patience + 5)]);
        Working.Value("call at which a stream of NaN stops, 0 for none", stop ?? 0);
        Working.Value("best loss then", best);
        return Judge.Holds(
            stop == patience && double.IsPositiveInfinity(best),
            Say($"call {stop ?? 0}"),
            Say($"a stream of NaN stops at call {stop ?? 0} of patience {patience}, with the best loss still infinite"),
            Say($"a stream of NaN stops at call {stop ?? 0}, with the best loss {best}"))
            .AndYet("nothing tells a run that stopped for NaN from one that stopped improving");
    }

    /// <summary>Three streams: constant; a fall, then worse for ever; patience 1.</summary>
    [Claim("D2-110")]
    [Turn("given/patience", "9", Verdict.Confirmed)]
    [Turn("D2/EarlyStopping/stops when", "counter > patience", Verdict.Erratum)]
    [Turn("D2/EarlyStopping/after an improvement", "counter += 1", Verdict.Erratum)]
    internal static Finding StopsAtPatience(Claim claim, Document document)
    {
        int patience = claim.GivenInteger("patience");
        (double[] Losses, int Patience, int Expected)[] streams =
        [
            ([.. Enumerable.Repeat(1.0, 40)], patience, patience + 1),
            ([5, 4, 3, .. Enumerable.Repeat(3.5, 40)], patience, patience + 3),
            ([.. Enumerable.Repeat(1.0, 5)], 1, 2),
        ];
        int[] stops = [.. streams.Select(s => Trace(document, s.Patience, s.Losses).Stop ?? 0)];
        Working.Value("calls at which a constant loss stops, then 5, 4, 3 and 3.5 for ever, then a constant loss with patience 1; 0 for none", stops);
        Working.Value("calls expected", streams.Select(s => s.Expected).ToArray());
        return Judge.Holds(
            stops.SequenceEqual(streams.Select(s => s.Expected)),
            And(stops.Select(s => Say($"{s}"))),
            Say($"a constant loss stops at call {stops[0]}, the first of which improves on infinity; 5, 4, 3 and then 3.5 for ever at call {stops[1]}; with patience 1 a constant loss at call {stops[2]}"),
            Say($"the streams stop at calls {And(stops.Select(s => Say($"{s}")))}, expected were {And(streams.Select(s => Say($"{s.Expected}")))}"));
    }

    /// <summary>A loss that improves after the stop: whether the answer stays, and whether weights are kept.</summary>
    [Claim("D2-111")]
    [Turn("D2/EarlyStopping/keeps", "[\"patience\", \"min_delta\", \"best_loss\", \"counter\", \"best_weights\"]", Verdict.Erratum)]
    internal static Finding NoLatch(Document document)
    {
        bool[] answers = Answers(document, 2, [1, 1, 1, 0.5, 0.5]).Answers;
        bool weights = document.Facts["EarlyStopping"]["keeps"].Texts.Any(k => k.Contains("weights", StringComparison.Ordinal));
        int at = Array.IndexOf(answers, true);
        bool latch = at < 0 || answers.Skip(at).All(a => a);
        Working.Value("answers to 1, 1, 1, 0.5, 0.5 with patience 2", string.Join(", ", answers.Select(a => a ? "stop" : "go on")));
        Working.Holds("weights are kept", weights);
        return Judge.Holds(
            !latch && !weights,
            string.Join(", ", answers.Select(a => a ? "stop" : "go on")),
            $"to 1, 1, 1, 0.5, 0.5 with patience 2 it answers {string.Join(", ", answers.Select(a => a ? "stop" : "go on"))}, and it keeps no weights",
            $"to 1, 1, 1, 0.5, 0.5 with patience 2 it answers {string.Join(", ", answers.Select(a => a ? "stop" : "go on"))}; weights are {(weights ? "" : "not ")}kept")
            .AndYet("the best weights are lost unless the caller saves them at each improvement");
    }

    /// <summary>Improvements of just the margin, of a little more and of a little less.</summary>
    [Claim("D2-112")]
    [Turn("D2/EarlyStopping/sign", "<=", Verdict.Erratum)]
    internal static Finding StrictImprovement(Document document)
    {
        double delta = document.Facts["EarlyStopping"]["min_delta"].Exact.ToDouble();
        double threshold = 1 - delta;
        bool[] counts = [.. ((double[])[threshold, Math.BitDecrement(threshold), Math.BitIncrement(threshold)]).Select(loss => Answers(document, 100, [1, loss]).Best == loss)];
        Working.Holds("an improvement of exactly the margin counts", counts[0]);
        Working.Holds("the number below it counts", counts[1]);
        Working.Holds("the number above it counts", counts[2]);
        // Decimals of which the difference is the margin, as a log would print them.
        int rounded = Working.Counted("decimals from 0.01 to 10, in hundredths, at which an improvement of the margin as printed counts by rounding", Enumerable.Range(1, 1000).Count(i => Answers(document, 100, [i / 100.0, (i * 100 - 1) / 10_000.0]).Best != i / 100.0), 1000);
        return Judge.Holds(
            !counts[0] && counts[1] && !counts[2],
            "strictly more than the margin",
            Say($"from 1 the loss {threshold} is no improvement and the number below it is one"),
            Say($"from 1 the loss {threshold} counts: {counts[0]}, the number below it: {counts[1]}"))
            .AndYet(Say($"in binary the margin itself counts at {rounded} of 1000 decimals, by rounding"));
    }

    /// <summary>Losses that fall by less than the margin each time.</summary>
    [Claim("D2-113")]
    [Turn("D2/EarlyStopping/margin against", "the loss before", Verdict.Erratum)]
    internal static Finding SlowImprovements(Claim claim, Document document)
    {
        double delta = claim.GivenNumber("min_delta");
        int patience = claim.GivenInteger("patience");
        double[] rates = [0.09, 0.11, 0.5];
        bool[] stops = [.. rates.Select(rate => Trace(document, patience, [.. Enumerable.Range(0, 10 * patience).Select(i => 1 - i * rate * delta)]).Stop is not null)];
        bool[] right = [.. rates.Select(rate => rate * patience <= 1)];
        Working.Value("fall per evaluation as a part of the margin", rates);
        Working.Value("whether the run stops, in order", string.Join(", ", stops.Select(s => s ? "stops" : "goes on")));
        Working.Counted("drifts that stop only where patience times the fall is at most the margin", stops.Zip(right).Count(p => p.First == p.Second), rates.Length);
        return Judge.Holds(
            stops.SequenceEqual(right),
            Say($"{stops.Count(s => s)} of {Working.Value("drifts", rates.Length)} stop"),
            Say($"losses that fall by {And(rates.Select(r => Say($"{r}")))} of the margin per evaluation: {And(stops.Select(s => s ? "stops" : "goes on"))}; small improvements add up until {patience} of them exceed the margin"),
            Say($"losses that fall by {And(rates.Select(r => Say($"{r}")))} of the margin per evaluation: {And(stops.Select(s => s ? "stops" : "goes on"))}"));
    }

    /// <summary>The call, from 1, at which the class stops on a stream of losses, and the best loss by then.</summary>
    internal static (int? Stop, double Best) Trace(Document document, int patience, double[] losses)
    {
        (bool[] answers, double best) = Answers(document, patience, losses);
        int at = Array.IndexOf(answers, true);
        return (at < 0 ? null : at + 1, best);
    }

    // The class on a stream of losses, from its lines as data.
    private static (bool[] Answers, double Best) Answers(Document document, int patience, double[] losses)
    {
        Facts listing = document.Facts["EarlyStopping"];
        (string sign, string stopsWhen, string after, string against) = (listing["sign"].Text, listing["stops when"].Text, listing["after an improvement"].Text, listing["margin against"].Text);
        double delta = listing["min_delta"].Exact.ToDouble(), best = double.PositiveInfinity, before = double.PositiveInfinity;
        int counter = 0;
        var answers = new bool[losses.Length];
        for (int i = 0; i < losses.Length; i++)
        {
            double threshold = (against == "the best loss" ? best : before) - delta;
            before = losses[i];
            if (sign switch { "<" => losses[i] < threshold, "<=" => losses[i] <= threshold, _ => !(losses[i] >= threshold) })
            {
                best = losses[i];
                counter = after == "counter = 0" ? 0 : counter + 1;
                continue;
            }

            counter++;
            answers[i] = stopsWhen == "counter >= patience" ? counter >= patience : counter > patience;
        }

        return (answers, best);
    }

    // A regression of as many weights as examples with noisy targets: the test loss of the best weights by validation at the stop, and of the last ones.
    private static (double Stopped, double Last) Overfitted((int Seed, int Patience) inputs) => Kept.Of(inputs, static x =>
    {
        const int Width = 20, Examples = 20;
        var draws = new Draws(3070 + x.Seed);
        double[] truth = [.. draws.Row(Width, 0.3).Select(w => w.Value)], w = new double[Width], best = w;
        double[][] rows = DeepStack.Rows(draws, 5 * Examples, Width);
        double[] targets = [.. rows.Select(row => row.Zip(truth, (a, b) => a * b).Sum() + 2 * draws.Normal())];
        var stopper = new EarlyStopper<Numbers.Real64>(new EarlyStoppingOptions { Patience = x.Patience, MinDelta = 1e-4 });
        for (int t = 0; t < 400; t++)
        {
            if (stopper.StopAt is null)
            {
                stopper.Observe(Loss(Examples, Examples));
                if (stopper.BestEpoch == stopper.Epoch)
                    best = (double[])w.Clone();
            }

            double[] distance = [.. Enumerable.Range(0, Examples).Select(Distance)];
            w = [.. w.Select((value, j) => value - 0.1 * Enumerable.Range(0, Examples).Average(i => rows[i][j] * distance[i]))];
        }

        double last = Loss(2 * Examples, 3 * Examples);
        w = best;
        return (Loss(2 * Examples, 3 * Examples), last);

        double Distance(int i) => rows[i].Zip(w, (a, b) => a * b).Sum() - targets[i];

        double Loss(int first, int count) => Enumerable.Range(first, count).Average(i => Distance(i) * Distance(i) / 2);
    });
}
