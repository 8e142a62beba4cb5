using TrainingSpec.Checking;
using TrainingSpec.Claims.D4.Listings;
using TrainingSpec.Formulas;
using TrainingSpec.Numbers;
using static TrainingSpec.Claims.Sentence;

namespace TrainingSpec.Claims.D4;

/// <summary>D4, "Compute Loss" and "Compute Gradients": the worked step from logits to gradients.</summary>
internal static class WorkedLoss
{
    private static readonly string[] Positions = ["D4-094", "D4-096"];
    private static readonly string[] Rows = ["D4-093", "D4-095"];

    /// <summary>The printed probabilities against softmax of the given logits.</summary>
    [Claim("D4-093")]
    [Claim("D4-095")]
    [Turn("printed/probs", "[\"0.31\", \"0.08\", \"0.56\", \"0.04\"]", Verdict.Confirmed, Claim = "D4-093")]
    [Turn("printed/probs", "[\"0.16\", \"0.71\", \"0.08\", \"0.06\"]", Verdict.Confirmed, Claim = "D4-095")]
    internal static Finding Probabilities(Claim claim)
    {
        PrintedNumber[] printed = claim.PrintedRow("probs");
        Rational sum = Sum(printed.Select(p => p.Value));
        Rational rounded = Sum(Probabilities(claim, "logits").Select(p => Rational.Parse(printed[0].Like(p))));
        return Judge.Row(claim, "probs", Probabilities(claim, "logits"))
            .With(Say($"the printed row adds up to {sum}, the correctly rounded one to {rounded}"));
    }

    /// <summary>A position's loss; the printed probability explains the digits, but it is a rounded value only where it was rounded rightly.</summary>
    [Claim("D4-094")]
    [Claim("D4-096")]
    [Turn("printed/loss_0", "0.57", Verdict.Confirmed, Claim = "D4-094")]
    [Turn("printed/loss_1", "0.35", Verdict.Confirmed, Claim = "D4-096")]
    internal static Finding PositionLoss(Claim claim, Document document)
    {
        int target = claim.GivenInteger("target");
        PrintedNumber probability = document[Rows[Array.IndexOf(Positions, claim.Id)]].PrintedRow("probs")[target];
        bool sound = probability.IsRounded(Probabilities(claim, "logits")[target]);
        Working.Holds($"the printed probability {probability} is the rounded one", sound);
        Rational fromPrinted = Exact.Value(Working.Apply(CrossEntropy.Term, Precise.One, Exact.Of(probability.Value)));
        string how = Say($"from the printed probability {probability}, which gives {fromPrinted.ToDouble():G4}");
        string key = claim.PrintedKeys.Single();
        Finding finding = sound
            ? Judge.Number(claim, key, Exact.Value(Loss(claim)), new Reading(how, fromPrinted))
            : Judge.Number(claim, key, Exact.Value(Loss(claim)));
        return finding.With(sound ? how : $"the digits come {how}, but that probability is itself wrong ({Rows[Array.IndexOf(Positions, claim.Id)]})");
    }

    /// <summary>The mean of both positions; the printed losses give a tie, and are themselves wrong.</summary>
    [Claim("D4-097")]
    [Turn("printed/total_loss", "0.46", Verdict.Confirmed)]
    internal static Finding MeanLoss(Claim claim, Document document)
    {
        Claim[] positions = [.. Positions.Select(id => document[id])];
        Rational exact = Working.Value("mean of the positions' losses", Sum(positions.Select(p => Exact.Value(Loss(p)))) / 2);
        string[] keys = ["loss_0", "loss_1"];
        Rational fromPrinted = Working.Value("mean of the printed losses", Sum(keys.Select(claim.GivenExact)) / 2);
        bool sound = keys.Select((key, i) => positions[i].PrintedNumber(key).IsRounded(Exact.Value(Loss(positions[i])))).All(s => s);
        Working.Holds("the printed losses are the rounded ones", sound);
        PrintedNumber printed = claim.PrintedNumber("total_loss");
        bool tie = Rational.Abs(fromPrinted - printed.Value) * 2 == printed.Unit;
        string how = Say($"from the printed losses, whose mean is {fromPrinted}{(tie ? ", a tie" : "")}");
        Finding finding = sound ? Judge.Number(claim, "total_loss", exact, new Reading(how, fromPrinted)) : Judge.Number(claim, "total_loss", exact);
        return finding.With(sound ? how : $"the digits come {how}, but those losses are themselves wrong ({string.Join(", ", Positions)})");
    }

    /// <summary>The mean over positions, as the listing computes it and as the mean of the positions' own losses.</summary>
    [Claim("D4-098")]
    [Turn("facts/over positions the losses are", "added up", Verdict.Erratum)]
    internal static Finding MeanOverPositions(Claim claim, Document document)
    {
        Claim[] positions = [.. Positions.Select(id => document[id])];
        (Precise[][][] logits, int[][] targets) = Batch(positions);
        Rational listing = Working.Value("the listing's loss", Exact.Value(CrossEntropyListing.Loss(logits, targets)));
        Rational mean = Working.Value("mean of the positions' losses", Sum(positions.Select(p => Exact.Value(Loss(p)))) / 2);
        double perplexity = Working.Apply(Perplexity.Of, Exact.Of(mean)).High;
        double difference = Rational.Abs(listing - mean).ToDouble();
        // Both are sums of two terms below 1 in double-double arithmetic, so they differ by a few units of its rounding.
        return Judge.OneOf(
            claim,
            "over positions the losses are",
            [("averaged", difference <= 64 * Real64.UnitRoundoff * Real64.UnitRoundoff), ("added up", Rational.Abs(listing - 2 * mean) < Rational.Abs(listing - mean))],
            Say($"{mean.ToDouble():G7}"),
            Say($"the listing's loss and the mean of the two positions' losses are both {mean.ToDouble():G7}, a perplexity of {perplexity:G5}"),
            Say($"the listing gives {listing.ToDouble():G9}, the mean of the positions {mean.ToDouble():G9}"));
    }

    /// <summary>The form in which the worked gradients are computed against the derivative of the mean loss, taken by differences; the listing's backward pass beside it.</summary>
    [Claim("D4-099")]
    [Turn("facts/formula", "(p - y) / 2", Verdict.Confirmed)]
    internal static Finding FactorOneHalf(Claim claim, Document document)
    {
        StatedFormula stated = claim.Facts["formula"].Formula;
        Claim[] positions = [.. Positions.Select(id => document[id])];
        int[][] targets = [[.. positions.Select(p => p.GivenInteger("target"))]];
        double[][] rows = [.. positions.Select(p => p.GivenRow("logits"))];
        Real64[][][] listing = CrossEntropyListing.Backward(Numbers(rows), targets);
        Tally said = new(Say($"components in which {stated} is the derivative of the mean loss, within Ridders' error bar")), agreeing = new("components in which the listing's backward pass gives it");
        for (int s = 0; s < rows.Length; s++)
        {
            var p = new Real64[rows[s].Length];
            Softmax.Probabilities<Real64>(Numbers(rows)[0][s], p);
            for (int v = 0; v < p.Length; v++)
            {
                Ridders.Estimate slope = Ridders.Derivative(x => MeanWith(s, v, x), rows[s][v]);
                said.Add(Math.Abs(stated.At(("p", p[v]), ("y", v == targets[0][s] ? 1 : 0)) - slope.Value) <= slope.Error);
                agreeing.Add(Math.Abs(listing[0][s][v] - slope.Value) <= slope.Error);
            }
        }

        Working.Uses("cross_entropy.mean_gradient");
        agreeing.Shown();
        return Judge.Holds(
            said.Shown().Always,
            Say($"{said} components"),
            Say($"{stated} is the derivative of the mean loss in {said} components"),
            Say($"{stated} is the derivative of the mean loss in {said} components; the listing's own backward pass (D4-116) divides by the number of positions and gives it in {agreeing}"));

        double MeanWith(int s, int v, double x)
        {
            double[][] moved = [.. rows.Select(r => r.ToArray())];
            moved[s][v] = x;
            return CrossEntropyListing.Loss(Numbers(moved), targets);
        }
    }

    /// <summary>The stages of the trace against those of the figure; the gradient shown is too small for the missing clipping to matter.</summary>
    [Claim("D4-100")]
    [Turn("D4/trace", "[[1, \"forward\"], [2, \"loss\"], [3, \"loss gradient\"], [4, \"backward\"], [5, \"clip\"], [6, \"update\"]]", Verdict.Confirmed)]
    internal static Finding NoClippingInTrace(Document document)
    {
        DocumentFacts facts = document.Facts;
        string[] figure = Names("step figure"), trace = [.. Names("trace assumed"), .. Names("trace")];
        string[] missing = [.. figure.Except(trace)];
        (Real64[][][] logits, int[][] targets) = (Numbers([.. Positions.Select(p => document[p].GivenRow("logits"))]), [[.. Positions.Select(p => document[p].GivenInteger("target"))]]);
        Working.Value("stages of the figure that the trace leaves out", missing);
        Working.Uses("norms.l2");
        double norm = Working.Value("norm of the logits' gradient", Norms.Global<Real64>(CrossEntropyListing.Backward(logits, targets)[0]).Value);
        Rational threshold = document["D4-087"].PrintedNumber("max_norm").Value;
        return Judge.Conditional(
            missing.Length == 0,
            Working.Apply<Real64>(Clipping.Scale, norm, threshold.ToDouble()) == 1,
            Say($"while the norm of all gradients stays below {threshold}"),
            Say($"missing: {string.Join(", ", missing)}; norm {norm:G3}"),
            Say($"the trace has {trace.Length} of the figure's {figure.Length} stages and leaves out {string.Join(" and ", missing)}; the logits' gradient has norm {norm:G3}, which clipping at {threshold} would not touch"))
            .With("the gradients of the parameters are not given, so that their norm can't be computed");

        string[] Names(string list) => [.. facts[list].Rows.Select(row => row[1].Text)];
    }

    /// <summary>The printed gradient against probability minus label; printed probabilities explain the digits.</summary>
    [Claim("D4-101")]
    [Claim("D4-102")]
    [Turn("printed/grad", "[\"0.31\", \"0.08\", \"-0.44\", \"0.04\"]", Verdict.Confirmed, Claim = "D4-101")]
    [Turn("printed/grad", "[\"0.16\", \"-0.29\", \"0.08\", \"0.06\"]", Verdict.Confirmed, Claim = "D4-102")]
    internal static Finding Gradient(Claim claim, Document document)
    {
        int position = claim.Id == "D4-101" ? 0 : 1;
        Claim loss = document[Positions[position]];
        int target = loss.GivenInteger("target");
        string key = "probs_" + Say($"{position}");
        Rational[] exact = Minus(Probabilities(loss, "logits"), target);
        Rational[] given = claim.GivenExactRow(key);
        bool sound = document[Rows[position]].PrintedRow("probs").Zip(Probabilities(loss, "logits")).All(p => p.First.IsRounded(p.Second));
        string how = $"from the printed probabilities {string.Join(", ", given)}";
        Working.Holds("the printed probabilities are the rounded ones", sound);
        Rational sum = Working.Value("sum of the printed row", Sum(claim.PrintedRow("grad").Select(p => p.Value)));
        Finding finding = sound
            ? Judge.Row(claim, "grad", exact, new Reading(how, Minus(given, target)))
            : Judge.Row(claim, "grad", exact);
        return finding.With(
            sound ? how : $"the digits come {how}, but those are themselves wrong ({Rows[position]})",
            Say($"the printed row adds up to {sum}, the exact one to {Sum(exact).ToDouble():G2}"));
    }

    private static Rational[] Minus(Rational[] probabilities, int target) =>
        [.. probabilities.Select((p, i) => Exact.Value(Working.Apply(CrossEntropy.Gradient, Exact.Of(p), Precise.Of(i == target ? 1 : 0))))];

    private static Rational[] Probabilities(Claim claim, string key)
    {
        Precise[] probabilities = Working.ApplyRow(Softmax.Probabilities, Exact.Of(claim.GivenExactRow(key)));
        return Exact.Values(probabilities);
    }

    private static Precise Loss(Claim claim)
    {
        Precise[] logits = Exact.Of(claim.GivenExactRow("logits"));
        Working.ApplyRow(Softmax.LogProbabilities, logits);
        return Working.Value($"cross-entropy of the row for target {claim.GivenInteger("target")}", CrossEntropy.Row<Precise>(logits, claim.GivenInteger("target"), 0, new Precise[logits.Length]));
    }

    private static (Precise[][][] Logits, int[][] Targets) Batch(Claim[] positions) =>
        ([[.. positions.Select(p => Exact.Of(p.GivenExactRow("logits")))]], [[.. positions.Select(p => p.GivenInteger("target"))]]);

    private static Real64[][][] Numbers(double[][] rows) => [[.. rows.Select(r => r.Select(x => new Real64(x)).ToArray())]];

    private static Rational Sum(IEnumerable<Rational> values) => values.Aggregate((Rational)0, (a, b) => a + b);
}
